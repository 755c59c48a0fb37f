import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { engineInfo, type OpenConsole, openConsole } from '../../e2e/electron/console.ts';
import { backhaul } from '../../e2e/support/command-line.ts';
import { databaseFileName } from '../../src-main/engine/storage/service.ts';

type Line = Readonly<Record<string, unknown>>;

/** A store with four cameras, and what goes on in it. */
export interface Life {
  readonly cameras: readonly string[];
  /** people come and go, at a few changes a second, until it is stopped */
  go(bridgeSocket: string): Promise<{ stop(): Promise<void> }>;
  /** so many changes at once */
  send(bridgeSocket: string, states: number): Promise<void>;
  /** an older script writes two states that no cloud knows, a detector a line without a frame */
  break(console: OpenConsole, dataDir: string): Promise<void>;
  /** someone decides about all of it, and everything is sent */
  repair(console: OpenConsole): Promise<void>;
}

const location = 'mianyang_1958';
const cameras = [
  ['camera_18', '入口 Entrance'],
  ['camera_22', '包间 Private rooms'],
  ['camera_35', '大厅 Hall'],
  ['camera_36', '窗边 Window seats'],
] as const;
const divisions = [
  { state: 'GREEN', walking_area_waiters: 2, service_area_waiters: 1 },
  { state: 'YELLOW', walking_area_waiters: 0, service_area_waiters: 1 },
  { state: 'GREEN', walking_area_waiters: 1, service_area_waiters: 0 },
  { state: 'RED', walking_area_waiters: 0, service_area_waiters: 0 },
  { state: 'GREEN', walking_area_waiters: 3, service_area_waiters: 1 },
] as const;
const tables = [
  { state: 'IDLE', customers_count: 0, waiters_count: 0 },
  { state: 'BUSY', customers_count: 4, waiters_count: 0 },
  { state: 'BUSY', customers_count: 2, waiters_count: 0 },
  { state: 'CLEANING', customers_count: 2, waiters_count: 1 },
  { state: 'BUSY', customers_count: 3, waiters_count: 0 },
] as const;
const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Captures, sends, fails and recovers for real, then moves the runs back over the days before. */
export async function liveADay(dataDir: string, env: Readonly<Record<string, string>>): Promise<Life> {
  const life = createLife();
  const console = await openConsole({ dataDir, env });
  const { bridgeSocket } = await engineInfo(console);
  await life.send(bridgeSocket, 200);
  await runSyncs(console, life, bridgeSocket, dataDir);
  await console.app.close();
  moveBack(dataDir);
  return life;
}

/** Twenty-eight syncs; the cloud is down for three of them. */
async function runSyncs(console: OpenConsole, life: Life, socket: string, dataDir: string): Promise<void> {
  for (let sync = 0; sync < 28; sync += 1) {
    await life.send(socket, 300 + ((sync * 137) % 700));
    if (sync === 17) await backhaul(['cloud', 'stop'], { dataDir });
    if (sync === 20) await backhaul(['cloud', 'start'], { dataDir });
    await console.call('sync.start', {
      mode: sync % 7 === 6 || sync === 20 ? 'full' : 'hourly',
      trigger: 'schedule',
    });
  }
}

function poison(dataDir: string): void {
  const db = new Database(join(dataDir, databaseFileName), { timeout: 5000 });
  const insert = db.prepare(
    `INSERT INTO division_states (session_id, camera_id, location_id, frame_number, timestamp_video,
       timestamp_recorded, state, walking_area_waiters, service_area_waiters, total_staff)
     SELECT session_id, camera_id, location_id, frame_number + 500000 + abs(random() % 100000), timestamp_video, timestamp_recorded,
       'PURPLE', 2, 0, 2 FROM division_states WHERE camera_id = 'camera_35' LIMIT 2`,
  );
  insert.run();
  db.close();
}

/** Four runs a day, the newest one today. */
function moveBack(dataDir: string): void {
  const db = new Database(join(dataDir, databaseFileName), { timeout: 5000 });
  const runs = db.prepare('SELECT sync_id FROM sync_status ORDER BY sync_id DESC').pluck().all() as number[];
  const shift = (column: string): string => `${column} = datetime(${column}, ?)`;
  const move = db.prepare(
    `UPDATE sync_status SET ${['started_at', 'finished_at', 'last_sync_time'].map(shift).join(', ')} WHERE sync_id = ?`,
  );
  runs.forEach((run, index) => {
    if (index === 0) return;
    const ageMs = Math.floor(index / 4) * dayMs + (index % 4) * 180 * minuteMs;
    const by = `-${Math.round(ageMs / 1000)} seconds`;
    move.run(by, by, by, run);
  });
  db.close();
}

function createLife(): Life {
  let tick = 0;
  const announced = new Set<string>();
  const started = new Date();

  function change(): Line {
    tick += 1;
    const [cameraId] = cameras[tick % cameras.length] ?? cameras[0];
    const head = {
      session_id: sessionOf(cameraId, started),
      ...{ camera_id: cameraId, location_id: location, seq: tick, frame_number: tick * 3 },
      timestamp_video: tick / 10,
      timestamp_recorded: new Date(Date.now() + 8 * 60 * minuteMs)
        .toISOString()
        .replace('T', ' ')
        .replace('Z', '+08:00'),
    };
    const step = Math.floor(tick / 4);
    if (step % 3 === 0)
      return {
        ...{ type: 'division_state', ...head },
        ...divisions[(step / 3 + (tick % 4)) % divisions.length],
      };
    return {
      ...{ type: 'table_state', ...head, table_id: `T${1 + (Math.floor(step * 0.7) % 6)}` },
      ...tables[(step + tick) % tables.length],
    };
  }

  function opening(socket: string): readonly Line[] {
    if (announced.has(socket)) return [];
    announced.add(socket);
    return openingLines(started);
  }

  return {
    cameras: cameras.map(([id]) => id),
    async break(console, dataDir) {
      poison(dataDir);
      const { bridgeSocket } = await engineInfo(console);
      await sendLines(bridgeSocket, [
        { type: 'division_state', seq: 1, state: 'GREEN', camera_id: 'camera_35' },
      ]);
      await console.call('sync.start', { mode: 'full' });
    },
    async repair(console) {
      await console.call('quarantine.discard', {});
      await console.call('errors.acknowledge', { unit: 'lines' });
      await console.call('sync.start', { mode: 'full' });
    },
    async send(socket, states) {
      await sendLines(socket, [...opening(socket), ...Array.from({ length: states }, change)]);
    },
    async go(socket) {
      let going = true;
      const loop = (async () => {
        while (going) {
          // An engine that is being restarted is back in a moment, as for any detector.
          await sendLines(socket, [...opening(socket), change()]).catch(() => announced.delete(socket));
          await delay(450);
        }
      })();
      return {
        async stop() {
          going = false;
          await loop;
        },
      };
    },
  };
}

function sessionOf(cameraId: string, started: Date): string {
  const digits = started.toISOString().replace(/\D/gu, '');
  return `${digits.slice(0, 8)}_${digits.slice(8, 14)}_${cameraId}`;
}

function openingLines(started: Date): readonly Line[] {
  return [
    {
      ...{ type: 'location', seq: 1, location_id: location, city: '绵阳', restaurant_name: '1958' },
      ...{ commercial_area: '1958 District', timezone: 'Asia/Shanghai' },
    },
    ...cameras.flatMap(([camera_id, camera_name], index) => [
      {
        ...{ type: 'camera', seq: 2 + index * 2, camera_id, camera_name, location_id: location },
        camera_ip_address: `192.0.2.${camera_id.slice(-2)}`,
      },
      {
        ...{ type: 'session', seq: 3 + index * 2, session_id: sessionOf(camera_id, started), camera_id },
        ...{ location_id: location, start_time: started.toISOString(), fps: 10 },
      },
    ]),
  ];
}

/** Sends lines and waits until each has its answer. */
async function sendLines(path: string, lines: readonly Line[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect(path);
    let answers = 0;
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      answers += chunk.toString('utf8').split('\n').length - 1;
      if (answers >= lines.length) socket.end();
    });
    socket.on('close', () => resolve());
    socket.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  });
}
