import { readdir, stat } from 'node:fs/promises';
import { arch, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Environment } from '../config/environment.ts';
import { examine } from '../doctor/service.ts';
import { createRedactor } from '../log/redact.ts';
import type { SecretStore } from '../secrets/service.ts';
import type { Storage } from '../storage/service.ts';
import { version } from '../version.ts';
import { knownSecrets } from './known-secrets.ts';
import { logTail } from './log-tail.ts';

export interface DiagnosticsParts {
  readonly dataDir: string;
  readonly environment: Environment;
  readonly secrets: SecretStore;
  readonly storage: Storage;
  readonly now: () => Date;
  /** `capture.command`, whose arguments may hold secrets */
  readonly detector: readonly string[] | null;
  /** what goes into a file of its own as JSON, by name; each fails by itself */
  readonly reports: Readonly<Record<string, () => unknown>>;
}

export interface DiagnosticFile {
  readonly name: string;
  readonly text: string;
}

const logBytes = 512 * 1024;
const longestReport = 1024 * 1024;
const redactedAtOnce = 64 * 1024;

/**
 * What helps a technician far away: at most a few megabytes, with every secret taken out that is known or looks like
 * one (SPEC 7, 14.7). Never fails for one part.
 */
export async function collectDiagnostics(parts: DiagnosticsParts): Promise<readonly DiagnosticFile[]> {
  const { dataDir } = parts;
  const logs = ['engine.log', 'engine.log.1', 'console.log'];
  const files = await Promise.all([
    file('about.json', () => about(parts)),
    file('doctor.json', async () => (await examine({ ...parts })).diagnosis),
    ...Object.entries(parts.reports).map(([name, report]) => file(`${name}.json`, report)),
    file('files.json', () => listing(dataDir)),
    ...logs.map(async (name) => ({ name, text: await logTail(join(dataDir, 'logs', name), logBytes) })),
  ]);
  const redact = createRedactor(await knownSecrets(parts));
  const clean: DiagnosticFile[] = [];
  for (const { name, text } of files) {
    if (text !== '') clean.push({ name, text: await redacted(text, redact) });
  }
  return clean;
}

async function file(name: string, report: () => unknown): Promise<DiagnosticFile> {
  try {
    const text = JSON.stringify(await report(), null, 2) ?? 'null';
    return { name, text: text.length > longestReport ? `${text.slice(0, longestReport)}\n… cut off` : text };
  } catch (error) {
    return { name, text: `This could not be looked at: ${String(error)}` };
  }
}

/** Line by line in small pieces, so that capture's acknowledgements do not wait for it. */
async function redacted(text: string, redact: (text: string) => string): Promise<string> {
  const clean: string[] = [];
  let piece: string[] = [];
  let size = 0;
  for (const line of text.split('\n')) {
    piece.push(line);
    size += line.length;
    if (size < redactedAtOnce) continue;
    clean.push(redact(piece.join('\n')));
    piece = [];
    size = 0;
    await nextTurn();
  }
  return [...clean, redact(piece.join('\n'))].join('\n');
}

function about({ dataDir, environment, now }: DiagnosticsParts): unknown {
  return {
    version,
    collectedAt: now().toISOString(),
    node: process.versions.node,
    electron: process.versions.electron ?? null,
    system: `${platform()} ${release()} ${arch()}`,
    memoryMegabytes: Math.round(totalmem() / 1_048_576),
    engineUptimeSeconds: Math.round(process.uptime()),
    engineMemoryMegabytes: Math.round(process.memoryUsage().rss / 1_048_576),
    dataDir,
    // Names only.
    variables: environment.names,
  };
}

/** Names and sizes, not contents. */
async function listing(dataDir: string): Promise<unknown> {
  const names = (await readdir(dataDir)).slice(0, 500);
  return Promise.all(
    names.map(async (name) => {
      const found = await stat(join(dataDir, name)).catch(() => null);
      return {
        name,
        bytes: found?.isFile() === true ? found.size : null,
        mode: found === null ? null : (found.mode & 0o777).toString(8),
        changed: found?.mtime.toISOString() ?? null,
      };
    }),
  );
}
