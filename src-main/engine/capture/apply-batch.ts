import type { Database } from 'better-sqlite3';
import { insertRow, utcText } from '../storage/service.ts';
import { applyDetections } from './apply-detections.ts';
import { applyInventory } from './apply-inventory.ts';
import { applyCamera, applyLocation, applySession, applySessionEnd } from './apply-parents.ts';
import { applyState } from './apply-state.ts';
import type { Applying } from './applying.ts';
import type { CaptureMemory } from './capture-memory.ts';
import { type CaptureRecord, type Outcome, refused } from './capture-record.ts';
import type { Message, Refusal } from './messages.ts';
import type { ReadingKeeper } from './reading-keeper.ts';
import { createStateStore } from './state-store.ts';

/** The database will not have this record, through no fault of the disk: it is refused and the rest goes on. */
export class NotStorable extends Error {
  readonly record: CaptureRecord;

  constructor(record: CaptureRecord, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'NotStorable';
    this.record = record;
  }
}

/** Some record of the batch is like that: applied again one by one it shows which. */
export class NotStorableTogether extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'NotStorableTogether';
  }
}

export interface BatchSetting {
  readonly memory: CaptureMemory;
  readonly readings: ReadingKeeper;
  readonly dataDir: string;
  readonly now: Date;
  /** no record is begun after so many milliseconds */
  readonly budgetMs: number;
  /** milliseconds of a clock that never goes back */
  readonly elapsed: () => number;
  /** each row by itself, so that a fault has a name */
  readonly singly: boolean;
  /** records that could not be stored before, and why */
  readonly unstorable: ReadonlyMap<CaptureRecord, Refusal>;
}

/**
 * Applies records in order inside a write transaction, refused lines too. Returns an outcome for each that was
 * applied: all, or as many as the time allowed.
 * @throws NotStorable, NotStorableTogether for a record that breaks a rule of the database; the transaction must
 * be rolled back
 */
export function applyBatch(
  db: Database,
  records: readonly CaptureRecord[],
  setting: BatchSetting,
): Outcome[] {
  try {
    return applyInOrder(db, records, setting);
  } catch (error) {
    throw !setting.singly && isFaultOfRecord(error) ? new NotStorableTogether(error) : error;
  }
}

function applyInOrder(db: Database, records: readonly CaptureRecord[], setting: BatchSetting): Outcome[] {
  const { memory, readings, dataDir, elapsed } = setting;
  const now = utcText(setting.now);
  const states = createStateStore(db, now, setting.singly);
  const applying: Applying = { db, memory, readings, states, dataDir, nowMs: setting.now.getTime(), now };
  const deadline = elapsed() + setting.budgetMs;
  const outcomes: Outcome[] = [];
  for (const record of records) {
    const refusal = setting.unstorable.get(record) ?? record.refusal;
    const outcome = applyOne(applying, record, refusal, setting.singly);
    if (outcome.refusal !== null) keepLine(applying, record, outcome.refusal);
    if (record.message?.type === 'session' && record.session !== null)
      record.session.refusal = outcome.refusal;
    outcomes.push(outcome);
    if (elapsed() >= deadline) break;
  }
  states.flush();
  memory.save(db, now);
  readings.save(db);
  return outcomes;
}

function applyOne(
  applying: Applying,
  record: CaptureRecord,
  refusal: Refusal | null,
  singly: boolean,
): Outcome {
  if (refusal !== null || record.message === null) {
    return refused(refusal ?? { code: 'invalid_shape', message: 'the line holds no message' });
  }
  try {
    return applyMessage(applying, record, record.message);
  } catch (error) {
    if (singly && isFaultOfRecord(error)) throw new NotStorable(record, error);
    throw error;
  }
}

function applyMessage(applying: Applying, record: CaptureRecord, message: Message): Outcome {
  switch (message.type) {
    case 'division_state':
    case 'table_state':
      return applyState(applying, record, message);
    case 'detections':
      return applyDetections(applying, record, message);
    case 'session':
      return applySession(applying, record, message);
    case 'session_end':
      return applySessionEnd(applying, record, message);
    case 'camera':
      return applyCamera(applying, record, message);
    case 'inventory':
      return applyInventory(applying, record, message);
    case 'location':
      return applyLocation(applying, message);
    case 'hello':
      return refused({
        code: 'invalid_shape',
        message: 'hello is taken as the first line of a connection only',
      });
  }
}

/** A full or broken disk fails every record; a constraint, or a value that cannot be bound, fails only one. */
function isFaultOfRecord(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return true;
  return /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)/.test(error.code) || !error.code.startsWith('SQLITE_');
}

function keepLine({ db, now }: Applying, record: CaptureRecord, refusal: Refusal): void {
  insertRow(db, 'rejected_lines', {
    received_at: now,
    source: record.origin.source,
    line_number: record.line,
    line: record.bytes,
    code: refusal.code,
    message: refusal.message,
    created_at: now,
  });
}
