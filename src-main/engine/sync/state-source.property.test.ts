import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quarantine, utcText } from '../storage/service.ts';
import { sourceOf, withSharedFile } from './shared-file-fixture.ts';
import { divisionStates } from './streams/division-states.ts';

const now = new Date('2026-11-22T12:00:00Z');
const windowStart = '2026-11-22 10:00:00';
const file = withSharedFile(
  'pages',
  now,
  `INSERT INTO sync_marks (stream, record_key, content_hash) VALUES ('sessions', 'session_1', '')`,
);

let frames = 0;

/** A state of a key of its own; @returns its local id */
function insert(createdAt: string | null): number {
  frames += 1;
  return Number(
    file.other
      .prepare(
        `INSERT INTO division_states (session_id, camera_id, location_id, frame_number, timestamp_recorded, state,
           created_at) VALUES ('session_1', 'camera_1', 'store_1', ?, '2026-11-22 19:00:00+08:00', 'RED', ?)`,
      )
      .run(frames, createdAt).lastInsertRowid,
  );
}

/** What happens to the file between two pages; `pick` names a row of any age. */
interface Change {
  readonly kind: 'insert' | 'delete' | 'mark' | 'set aside' | 'move';
  readonly pick: number;
  readonly createdAt: string | null;
}

/** Few times for many rows: ties everywhere, also at the window's edge, and rows that lack one. */
const createdAt = fc.constantFrom(
  ...[null, '', '2026-01-01 00:00:00', '2026-11-22 09:59:59', windowStart, '2026-11-22 10:00:01'],
  ...['2026-11-22 11:00:00', '2026-11-22 11:00:00', '2027-01-01 00:00:00'],
);
const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('insert', 'delete', 'mark', 'set aside', 'move'),
  pick: fc.nat(30),
  createdAt,
});
const page = fc.record({ size: fc.integer({ min: 1, max: 5 }), changes: fc.array(change, { maxLength: 2 }) });

/** @returns the row that is no longer as it was, undefined for none */
async function apply({ kind, pick, createdAt }: Change, ids: readonly number[]): Promise<number | undefined> {
  if (kind === 'insert') insert(createdAt);
  const id = kind === 'insert' ? undefined : ids[pick % Math.max(1, ids.length)];
  if (id === undefined) return undefined;
  if (kind === 'delete')
    file.other.prepare('DELETE FROM division_states WHERE division_state_id = ?').run(id);
  if (kind === 'mark')
    file.other.prepare('UPDATE division_states SET synced_to_cloud = 1 WHERE division_state_id = ?').run(id);
  if (kind === 'move')
    file.other
      .prepare('UPDATE division_states SET created_at = ? WHERE division_state_id = ?')
      .run(createdAt, id);
  if (kind === 'set aside') {
    const record = { stream: 'division_states', recordKey: String(id), localId: String(id), payload: {} };
    await file.storage.transaction((db) =>
      quarantine(db, { ...record, code: 'x', message: '' }, utcText(now)),
    );
  }
  return id;
}

interface Page {
  readonly size: number;
  readonly changes: readonly Change[];
}

/** Reads a run's pages while the file changes beside it; nothing that is read is ever marked. */
async function readAll(hourly: boolean, ids: readonly number[], pages: readonly Page[]) {
  const source = sourceOf(file.storage, divisionStates, now);
  const plan = await source.plan({ createdAfter: hourly ? windowStart : null }, false);
  const read: number[] = [];
  const changed = new Set<number>();
  const moved = new Set<number>();
  let asked = 0;
  const size = (): number => pages[asked]?.size ?? 3;
  for await (const { items } of source.batches(size)) {
    expect(items.length).toBeLessThanOrEqual(size());
    read.push(...items.map(({ row }) => Number(row.id)));
    for (const one of pages[asked]?.changes ?? []) {
      const id = await apply(one, ids);
      if (id !== undefined) (one.kind === 'move' ? moved : changed).add(id);
    }
    asked += 1;
  }
  return { plan, read, changed, moved };
}

function rows(): { readonly id: number; readonly createdAt: string | null }[] {
  return file.other
    .prepare<[], { id: number; createdAt: string | null }>(
      'SELECT division_state_id AS id, created_at AS createdAt FROM division_states',
    )
    .all();
}

function pending(): unknown[] {
  const aside = 'SELECT local_id FROM sync_quarantine';
  const sql = `SELECT division_state_id FROM division_states
    WHERE synced_to_cloud = 0 AND division_state_id NOT IN (${aside}) ORDER BY 1`;
  return file.other.prepare(sql).pluck().all();
}

test('a run reads each pending row of its window once, whatever others do between its pages, and the next run what it left', async () => {
  const times = fc.array(createdAt, { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(fc.boolean(), times, fc.array(page, { maxLength: 12 }), async (hourly, given, pages) => {
      file.other.exec('DELETE FROM division_states; DELETE FROM sync_quarantine');
      for (const one of given) insert(one);
      const before = rows();
      const isInWindow = (at: string | null): boolean => !hourly || (at !== null && at >= windowStart);
      const wanted = before.filter((row) => isInWindow(row.createdAt)).map(({ id }) => id);
      const ids = before.map(({ id }) => id);
      const { plan, read, changed, moved } = await readAll(hourly, ids, pages);
      expect([plan.planned, plan.stranded]).toEqual([wanted.length, before.length - wanted.length]);
      const left = (some: readonly number[], ...gone: ReadonlySet<number>[]): number[] =>
        some.filter((id) => !gone.some((set) => set.has(id))).sort((one, another) => one - another);
      expect(left(read, changed, moved)).toEqual(left(wanted, changed, moved));
      // What came in meanwhile belongs to the next run; twice is read only what was made younger.
      expect(left(read, new Set(ids))).toEqual([]);
      const still = left(read, moved);
      expect(still).toEqual([...new Set(still)]);
      expect(left((await readAll(false, [], [])).read)).toEqual(pending());
    }),
    { numRuns: 300 },
  );
});
