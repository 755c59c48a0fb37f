import type { DivisionState, TableState } from './zone-states.ts';

interface StateRowHead {
  readonly sessionId: string;
  readonly cameraId: string;
  readonly locationId: string;
  readonly frameNumber: number;
  /** seconds */
  readonly timestampVideo: number;
  /** store-local text with its offset */
  readonly timestampRecorded: string;
  /** the producer sent the time itself: it is content, else it was derived here */
  readonly timeGiven: boolean;
  readonly screenshotPath: string | null;
}

/** A state about to be stored; `counts` are walking and service staff, or customers and waiters. */
export type StateRow = StateRowHead &
  (
    | { readonly kind: 'division'; readonly state: DivisionState; readonly counts: readonly [number, number] }
    | {
        readonly kind: 'table';
        readonly tableId: string;
        readonly state: TableState;
        readonly counts: readonly [number, number];
      }
  );
