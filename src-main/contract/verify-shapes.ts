import { z } from 'zod';

const count = z.int().min(0);

/** One session of one stream: distinct keys here and in the cloud (SPEC 5.4). */
export const sessionVerification = z.object({
  sessionId: z.string(),
  agrees: z.boolean(),
  local: count,
  cloud: count,
  /** past the cloud's 90 days and purged there as a whole */
  expired: z.boolean(),
  /** held here, marked as sent and not in the cloud */
  missing: count,
  /** held here, marked as sent and of another content in the cloud */
  different: count,
  /** deleted here after it had arrived and was compared, and no longer in the cloud as it was */
  lost: count,
  /** in the cloud and not among what was sent from here: no fault */
  extra: count,
});

export const streamVerification = z.object({
  stream: z.string(),
  agrees: z.boolean(),
  local: count,
  cloud: count,
  sessions: z.array(sessionVerification),
});

/** `agrees`: nothing marked synced is missing or different in the cloud. */
export const verification = z.object({
  agrees: z.boolean(),
  streams: z.array(streamVerification),
  /** records marked pending again, 0 without --repair */
  repaired: count,
  /** records deleted here whose loss in the cloud was accepted, 0 without --accept-lost */
  accepted: count.default(0),
});

export type SessionVerification = z.infer<typeof sessionVerification>;
export type StreamVerification = z.infer<typeof streamVerification>;
export type Verification = z.infer<typeof verification>;
