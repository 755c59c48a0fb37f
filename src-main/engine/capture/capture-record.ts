import type { Message, Refusal } from './messages.ts';
import type { Zones } from './zones.ts';

/** What holds on a connection where its lines do not say: flags of a command, or its `hello`. */
export interface ConnectionDefaults {
  readonly sessionId: string | null;
  readonly cameraId: string | null;
  readonly locationId: string | null;
  readonly zones: Zones | null;
}

/** The `session` line that a connection's later lines belong to. */
export interface AnnouncedSession {
  readonly sessionId: string;
  /** set when the line itself was refused: what builds on it is refused too */
  refusal: Refusal | null;
}

/** Who sent a record and hears what became of it. */
export interface RecordOrigin {
  /** names the connection in logs and `rejected_lines` */
  readonly source: string;
  readonly defaults: ConnectionDefaults;
  /** after the commit that holds the record, in line order */
  settled(record: CaptureRecord, outcome: Outcome): void;
  /** after all records of one commit were settled */
  batchSettled(): void;
}

/** One line on its way to the database. */
export interface CaptureRecord {
  readonly origin: RecordOrigin;
  /** of the stream, from 1 */
  readonly line: number;
  readonly seq: number | null;
  /** as it came; kept for `rejected_lines` */
  readonly bytes: Buffer;
  /** null when the line was refused as it was read */
  readonly message: Message | null;
  readonly refusal: Refusal | null;
  /** the last session announced before this line, or by it */
  readonly session: AnnouncedSession | null;
}

/** What became of a record. */
export interface Outcome {
  readonly kind: 'committed' | 'duplicate' | 'refused';
  readonly refusal: Refusal | null;
  readonly divisionInserts: number;
  readonly tableInserts: number;
  /** of these rows, those made from detections */
  readonly states: number;
}

export const duplicate: Outcome = outcome('duplicate', 0, 0, 0);
export const stored: Outcome = outcome('committed', 0, 0, 0);
export const storedDivision: Outcome = outcome('committed', 1, 0, 0);
export const storedTable: Outcome = outcome('committed', 0, 1, 0);

/** A frame that made so many changes. */
export function storedFrame(divisions: number, tables: number): Outcome {
  return outcome('committed', divisions, tables, divisions + tables);
}

export function refused(refusal: Refusal): Outcome {
  return { ...outcome('refused', 0, 0, 0), refusal };
}

function outcome(
  kind: Outcome['kind'],
  divisionInserts: number,
  tableInserts: number,
  states: number,
): Outcome {
  return { kind, refusal: null, divisionInserts, tableInserts, states };
}
