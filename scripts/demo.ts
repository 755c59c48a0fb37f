import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { formatTable } from '../src-main/cli/output.ts';
import type { RunResult } from '../src-main/contract/run-shapes.ts';
import type { Status } from '../src-main/contract/status-shapes.ts';
import type { Verification } from '../src-main/contract/verify-shapes.ts';

/**
 * `npm run demo`: the main job on the bundled recording, by the command line that everyone uses. The data stays
 * in `.demo`, so a second time shows that nothing is doubled.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const dataDir = fileURLToPath(new URL('../.demo', import.meta.url));
const recording = (name: string): Buffer =>
  readFileSync(new URL(`../resources/demo/${name}`, import.meta.url));

interface IngestSummary {
  readonly received: number;
  readonly committed: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly states: number;
}

interface CloudStatus {
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly database: string;
  };
}

async function main(): Promise<number> {
  const began = performance.now();
  await backhaul('cloud', 'start');
  try {
    const input = Buffer.concat([recording('plaza-session.ndjson'), recording('plaza-detections.ndjson')]);
    const zones = fileURLToPath(new URL('../resources/demo/plaza-zones.json', import.meta.url));
    const ingest = (await backhaul('ingest', '-', '--zones', zones, { input })) as IngestSummary;
    const run = (await backhaul('sync', '--mode', 'full')) as RunResult;
    const verification = (await backhaul('verify')) as Verification;
    const status = (await backhaul('status')) as Status;
    const inCloud = await countInCloud((await backhaul('cloud', 'status')) as CloudStatus);
    const agrees = verification.agrees && run.status === 'success' && status.verdict === 'safe';
    print(ingest, run, status, inCloud, (performance.now() - began) / 1000, agrees);
    return agrees ? 0 : 3;
  } finally {
    await backhaul('cloud', 'stop');
  }
}

function print(
  ingest: IngestSummary,
  run: RunResult,
  status: Status,
  inCloud: number,
  seconds: number,
  agrees: boolean,
): void {
  const states = status.streams.filter((one) => one.stream.endsWith('_states'));
  const sum = (of: (one: (typeof states)[number]) => number): number =>
    states.reduce((total, one) => total + of(one), 0);
  const rows: [string, string | number][] = [
    ['lines in', ingest.received],
    ['of these again (already here)', ingest.duplicates],
    ['state changes made from them', ingest.states],
    ['state changes in the buffer', sum((one) => one.synced + one.pending + one.quarantined)],
    ['state changes in the cloud', inCloud],
    ['sent by this run', run.sent],
    ['duplicates met by this run', run.duplicates],
    ['quarantined', sum((one) => one.quarantined)],
    ['seconds', seconds.toFixed(1)],
  ];
  process.stdout.write(
    `\n${formatTable(
      ['Demo', ''],
      rows.map(([name, value]) => [name, String(value)]),
    )}\n\n`,
  );
  const verdict = agrees
    ? 'Local and cloud agree: every record is safe, once.'
    : `Local and cloud do not agree. ${status.reasons.map((reason) => reason.message).join(' ')}`;
  process.stdout.write(`${verdict}\n`);
}

/** Counted by a reader of its own, not by Backhaul. */
async function countInCloud({ postgres }: CloudStatus): Promise<number> {
  const client = new pg.Client(postgres);
  await client.connect();
  try {
    const sql = `SELECT (SELECT count(*) FROM "ASE_division_states") + (SELECT count(*) FROM "ASE_table_states") AS n`;
    return Number((await client.query<{ n: string }>(sql)).rows[0]?.n);
  } finally {
    await client.end();
  }
}

/** Runs one command with --json and answers its object; its words for people go to the terminal. */
function backhaul(...words: (string | { readonly input: Buffer })[]): Promise<unknown> {
  const args = words.filter((word) => typeof word === 'string');
  const input = words.find((word) => typeof word !== 'string')?.input;
  process.stdout.write(`backhaul ${args.map((word) => word.replace(root, '')).join(' ')}\n`);
  // What a shell has set for another cloud must not lead the demo there.
  const { SUPABASE_URL: _url, BACKHAUL_LOCATION_ID: _location, ...env } = process.env;
  const main = fileURLToPath(new URL('../src-main/cli/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...args, '--json', '--data-dir', dataDir], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const text = Buffer.concat(chunks).toString('utf8');
      if (text.trim() !== '') resolve(JSON.parse(text));
      else reject(new Error(`backhaul ${args.join(' ')} ended with ${code}`));
    });
  });
}

process.exitCode = await main();
