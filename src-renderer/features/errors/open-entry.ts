import type { Fault } from '../../../src-main/contract/errors.ts';
import type { EditField, QuarantinePageEntry } from '../../../src-main/contract/quarantine-shapes.ts';

/** A record that is looked at. */
export interface OpenEntry {
  readonly id: number;
  /** undefined while it is being read, null where it is not there */
  readonly entry: QuarantinePageEntry | null | undefined;
  /** what may be changed of it; null until that was asked for */
  readonly fields: readonly EditField[] | null;
  /** why an edit was not taken */
  readonly fault: Fault | null;
}
