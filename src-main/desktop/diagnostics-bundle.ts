import type { FileHandle } from 'node:fs/promises';
import { AsyncZipDeflate, strToU8, Zip } from 'fflate';
import type { Port } from '../contract/client.ts';
import { contract } from '../contract/contract.ts';
import { fromFault } from '../contract/errors.ts';
import { writeDownload } from '../engine/files/write-download.ts';

/** Writes what helps a technician as a zip; the engine has taken every secret out. Faults: storage, unavailable. */
export async function saveDiagnostics(engine: Port, path: string): Promise<void> {
  const answer = await engine.call('diagnostics.collect', {});
  if (!answer.ok) throw fromFault(answer.fault);
  const { files } = contract['diagnostics.collect'].output.parse(answer.value);
  await writeDownload(path, (file) => writeZip(file, files));
}

interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Each text is packed in a thread of its own; what comes out is written in its order. */
function writeZip(file: FileHandle, files: readonly NamedText[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let written: Promise<unknown> = Promise.resolve();
    const zip = new Zip((error, chunk, last) => {
      if (error) return reject(error);
      written = written.then(() => file.write(chunk));
      written.catch(reject);
      if (last) written.then(() => resolve(), reject);
    });
    for (const { name, text } of files) {
      const entry = new AsyncZipDeflate(name, { level: 6 });
      zip.add(entry);
      entry.push(strToU8(text), true);
    }
    zip.end();
  });
}
