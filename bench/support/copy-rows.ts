import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestCloud } from '../../e2e/support/test-cloud.ts';
import { adminConnectionString } from '../../src-main/engine/local-cloud/service.ts';
import { cloudBatches, expectInCloud, insertCloudParents } from './bare-requests.ts';
import type { Recording } from './recording.ts';

/**
 * The same rows by COPY over the database's own protocol, as the database's owner: the least that this server takes for
 * storing them, which no HTTP interface reaches. @returns milliseconds, the start of psql (some 15 ms) with them
 */
export async function copyRows(cloud: TestCloud, recording: Recording): Promise<number> {
  await insertCloudParents(cloud, recording);
  const address = new URL(await adminConnectionString(cloud.dataDir));
  const script = cloudBatches(recording, recording.states.length)
    .map(({ table, columns, batches }) => {
      const rows = batches.flat().map((row) => Object.values(row).map(copyText).join('\t'));
      return `COPY "${table}" (${columns.join(', ')}) FROM STDIN;\n${rows.join('\n')}\n\\.\n`;
    })
    .join('');
  const began = performance.now();
  const psql = spawn('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', '-'], {
    env: {
      PATH: process.env.PATH ?? '',
      PGHOST: address.hostname,
      PGPORT: address.port,
      PGUSER: decodeURIComponent(address.username),
      PGPASSWORD: decodeURIComponent(address.password),
      PGDATABASE: address.pathname.slice(1),
    },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  psql.stdin.end(script);
  const [code] = (await once(psql, 'close')) as [number | null];
  const milliseconds = performance.now() - began;
  if (code !== 0) throw new Error(`psql ended with ${code}; the package postgresql-client brings it.`);
  await expectInCloud(cloud, recording);
  return milliseconds;
}

function copyText(value: unknown): string {
  return String(value).replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n');
}
