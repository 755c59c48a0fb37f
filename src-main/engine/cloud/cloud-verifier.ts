import { z } from 'zod';
import { BackhaulError } from '../../contract/errors.ts';
import type { CloudVerifier } from '../sync/verify-options.ts';
import { type CloudSession, somethingElse } from './cloud-session.ts';

const tallies = z.array(z.tuple([z.string(), z.string(), z.string(), z.number(), z.string(), z.string()]));
const records = z.array(z.tuple([z.string(), z.string(), z.string(), z.number()]));
const days = z.array(z.tuple([z.string(), z.number(), z.string()]));
const dayRecords = z.array(z.tuple([z.string(), z.number()]));

/** The cloud's half of a verification: sums, never rows. @throws CloudError */
export function cloudVerifier(session: CloudSession, locationId: string): CloudVerifier {
  async function ask<T>(
    name: string,
    shape: z.ZodType<T>,
    input: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<T> {
    const answer = await session.callFunction(name, { p_location: locationId, ...input }, signal);
    if (!Array.isArray(answer)) throw somethingElse(null, name);
    const parsed = shape.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new BackhaulError(
      'misconfigured',
      `The cloud's function ${name} answers in another form; apply the migrations (backhaul cloud migrate).`,
    );
  }
  return {
    tallies: (stream, sessions, signal) =>
      ask('backhaul_verify', tallies, { p_stream: stream, p_sessions: sessions }, signal),
    records: (stream, sessionId, signal) =>
      ask('backhaul_session_fingerprints', records, { p_stream: stream, p_session: sessionId }, signal),
    dayTallies: (stream, list, signal) =>
      ask('backhaul_verify_days', days, { p_stream: stream, p_days: list }, signal),
    dayRecords: (stream, day, signal) =>
      ask('backhaul_day_fingerprints', dayRecords, { p_stream: stream, p_day: day }, signal),
  };
}
