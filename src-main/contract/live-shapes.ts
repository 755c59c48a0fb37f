import { z } from 'zod';
import { captureStatus } from './status-shapes.ts';

const count = z.int().min(0);
const whole = z.number().nullable();

/** The newest state of a camera's division; counts are null where another program wrote none. */
export const liveDivision = z.object({
  state: z.string(),
  /** store-local text with its offset, as it is stored */
  recordedAt: z.string().nullable(),
  /** ISO UTC, when it was committed here */
  capturedAt: z.string().nullable(),
  walkingAreaWaiters: whole,
  serviceAreaWaiters: whole,
  totalStaff: whole,
});

/** The newest state of a table. */
export const liveTable = z.object({
  tableId: z.string(),
  state: z.string(),
  recordedAt: z.string().nullable(),
  capturedAt: z.string().nullable(),
  customersCount: whole,
  waitersCount: whole,
});

export const liveCamera = z.object({
  cameraId: z.string(),
  /** what people call it; null without a name */
  name: z.string().nullable(),
  /** ISO UTC, when anything came from it last; null when this is not known */
  lastSignAt: z.string().nullable(),
  /** longer silent than is allowed, in opening hours (SPEC 6) */
  silent: z.boolean(),
  division: liveDivision.nullable(),
  /** by table id */
  tables: z.array(liveTable),
});

/** One producer at the bridge. */
export const bridgeConnection = z.object({
  source: z.string(),
  /** ISO UTC */
  since: z.string(),
  received: count,
  committed: count,
  duplicates: count,
  refused: count,
  /** ISO UTC; null before the first line */
  lastLineAt: z.string().nullable(),
});

/** What comes in now (SPEC 7, Capture). */
export const liveCapture = z.object({
  capture: captureStatus,
  /** state records committed since midnight in the store, by whichever program */
  capturedToday: count,
  /** state records a second, over the last minute */
  recordsPerSecond: z.number().min(0),
  /** how long the disk lasts at today's rate, days; null while that cannot be told */
  daysOfRoom: z.number().min(0).nullable(),
  cameras: z.array(liveCamera),
  connections: z.array(bridgeConnection),
});

export type LiveDivision = z.infer<typeof liveDivision>;
export type LiveTable = z.infer<typeof liveTable>;
export type LiveCamera = z.infer<typeof liveCamera>;
export type BridgeConnection = z.infer<typeof bridgeConnection>;
export type LiveCapture = z.infer<typeof liveCapture>;
