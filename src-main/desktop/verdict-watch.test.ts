import { expect, test } from 'vitest';
import type { EngineState } from '../contract/desktop-contract.ts';
import { trayWords } from './tray-words.ts';
import { type VerdictAtGlance, watchVerdict } from './verdict-watch.ts';

const capture = {
  state: 'idle',
  reason: null,
  connections: 0,
  total_division_inserts: 0,
  total_table_inserts: 0,
  total_commits: 0,
  pending_division: 0,
  pending_table: 0,
  avg_batch_size: 0,
  refused: 0,
  socket: null,
};
const status = (verdict: string, pending: number) => ({
  verdict,
  reasons: [],
  locationId: null,
  timeZone: 'UTC',
  streams: ['sessions', 'division_states'].map((stream) => ({
    stream,
    pending,
    synced: 10,
    quarantined: 0,
    discarded: 0,
    oldestPendingAt: null,
  })),
  lastRun: null,
  nextRunAt: null,
  lastVerifiedAt: null,
  capture,
  cloud: { kind: 'supabase', reachable: true, url: null },
});

test('the tray shows the verdict from the engine’s start on, and stopped as soon as the engine is gone', async () => {
  const seen: VerdictAtGlance[] = [];
  let state: EngineState = { state: 'starting', since: '', own: true, restarts: 0, reason: null };
  let onState: (state: EngineState) => void = () => undefined;
  let onStatus: (payload: unknown) => void = () => undefined;
  watchVerdict(
    {
      port: {
        call: () => Promise.resolve({ ok: true, value: status('safe', 0) }),
        subscribe: (_name, listener) => {
          onStatus = listener;
          return () => undefined;
        },
      },
      state: () => state,
      onState: (listener) => {
        onState = listener;
      },
    },
    (glance) => seen.push(glance),
  );
  const move = async (part: Partial<EngineState>): Promise<void> => {
    state = { ...state, ...part };
    onState(state);
    await Promise.resolve();
  };
  await move({ state: 'running' });
  onStatus(status('waiting', 4));
  onStatus(status('waiting', 4));
  onStatus({ verdict: 'purple' });
  await move({ state: 'starting', restarts: 1 });
  await move({ state: 'running' });
  expect(seen.map(({ verdict, pending }) => [verdict, pending])).toEqual([
    ['safe', 0],
    ['waiting', 8],
    ['stopped', 8],
    ['safe', 0],
  ]);
  expect(trayWords.en.sentence(seen[1] as VerdictAtGlance)).toBe('8 records are waiting for the next sync');
  expect(trayWords.en.sentence(seen[3] as VerdictAtGlance)).toBe('All 20 records are safe in the cloud');
});

test('records in the local cloud are never said to be in the cloud', () => {
  const glance = { verdict: 'safe', pending: 0, synced: 5, onBox: true, paused: false } as const;
  expect(Object.values(trayWords).map((words) => words.sentence(glance))).toEqual([
    'All 5 records are safe on this box',
    '5 条记录已安全保存在本机',
    '5 筆紀錄已安全保存在本機',
  ]);
});
