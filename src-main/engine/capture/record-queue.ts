import type { CaptureRecord } from './capture-record.ts';

/** Records that wait for their commit, in the order they came. */
export interface RecordQueue {
  readonly length: number;
  readonly divisions: number;
  readonly tables: number;
  /** So much waits that producers should pause. */
  readonly full: boolean;
  push(record: CaptureRecord): void;
  first(most: number): CaptureRecord[];
  /** Lets the first records go, once they are committed. */
  drop(count: number): void;
}

const mostRecords = 2_000;
const mostBytes = 16_000_000;

export function createRecordQueue(): RecordQueue {
  let records: CaptureRecord[] = [];
  let bytes = 0;
  let divisions = 0;
  let tables = 0;
  const count = (record: CaptureRecord, sign: 1 | -1) => {
    bytes += sign * record.bytes.length;
    if (record.message?.type === 'division_state') divisions += sign;
    if (record.message?.type === 'table_state') tables += sign;
  };
  return {
    get length() {
      return records.length;
    },
    get divisions() {
      return divisions;
    },
    get tables() {
      return tables;
    },
    get full() {
      return records.length >= mostRecords || bytes >= mostBytes;
    },
    push(record) {
      records.push(record);
      count(record, 1);
    },
    first(most) {
      return records.slice(0, most);
    },
    drop(dropped) {
      for (let i = 0; i < dropped; i += 1) {
        const record = records[i];
        if (record !== undefined) count(record, -1);
      }
      records = records.slice(dropped);
    },
  };
}
