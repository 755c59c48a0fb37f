import type { Database } from 'better-sqlite3';
import { insertRow, utcText } from '../storage/service.ts';
import { applyDetections } from './apply-detections.ts';
import { applyCamera, applyLocation, applySession, applySessionEnd } from './apply-parents.ts';
import { applyState } from './apply-state.ts';
import type { Applying } from './applying.ts';
import type { CaptureMemory } from './capture-memory.ts';
import { type CaptureRecord, type Outcome, refused } from './capture-record.ts';
import { createFreshKeys } from './fresh-keys.ts';
import type { Message, Refusal } from './messages.ts';

/** The database will not have this record, through no fault of the disk: it is refused and the rest goes on. */
export class NotStorable extends Error {
  readonly record: CaptureRecord;

  constructor(record: CaptureRecord, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'NotStorable';
    this.record = record;
  }
}

export interface BatchSetting {
  readonly memory: CaptureMemory;
  readonly dataDir: string;
  readonly now: Date;
  /** no record is begun after so many milliseconds */
  readonly budgetMs: number;
  /** milliseconds of a clock that never goes back */
  readonly elapsed: () => number;
  /** records that could not be stored before, and why */
  readonly unstorable: ReadonlyMap<CaptureRecord, Refusal>;
}

/**
 * Applies records in order inside a write transaction, refused lines too. Returns an outcome for each that was
 * applied: all, or as many as the time allowed.
 * @throws NotStorable for a record that breaks a rule of the database; the transaction must be rolled back
 */
export function applyBatch(
  db: Database,
  records: readonly CaptureRecord[],
  setting: BatchSetting,
): Outcome[] {
  const { memory, now, dataDir } = setting;
  const fresh = createFreshKeys(db);
  const applying: Applying = { db, memory, fresh, dataDir, nowMs: now.getTime(), now: utcText(now) };
  const deadline = setting.elapsed() + setting.budgetMs;
  const outcomes: Outcome[] = [];
  for (const record of records) {
    const outcome = applyOne(applying, record, setting.unstorable.get(record) ?? record.refusal);
    if (outcome.refusal !== null) keepLine(applying, record, outcome.refusal);
    if (record.message?.type === 'session' && record.session !== null)
      record.session.refusal = outcome.refusal;
    outcomes.push(outcome);
    if (setting.elapsed() >= deadline) break;
  }
  memory.save(db, applying.now);
  return outcomes;
}

function applyOne(applying: Applying, record: CaptureRecord, refusal: Refusal | null): Outcome {
  if (refusal !== null || record.message === null) {
    return refused(refusal ?? { code: 'invalid_shape', message: 'the line holds no message' });
  }
  try {
    return applyMessage(applying, record, record.message);
  } catch (error) {
    if (isFaultOfRecord(error)) throw new NotStorable(record, error);
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
