import { z } from 'zod';
import { BackhaulError } from '../../contract/errors.ts';
import type { CloudVerifier } from '../sync/verify-options.ts';
import { type CloudSession, somethingElse } from './cloud-session.ts';
import { readLocationRows } from './location-rows.ts';

const tallies = z.array(z.tuple([z.string(), z.string(), z.string(), z.number(), z.string(), z.string()]));
const records = z.array(z.tuple([z.string(), z.string(), z.string(), z.number()]));
const days = z.array(z.tuple([z.string(), z.number(), z.string()]));
const dayRecords = z.array(z.tuple([z.string(), z.number()]));
const rows = z.array(z.looseObject({ row_key: z.union([z.string(), z.number()]) }));

/** The cloud's half of a verification: sums, and rows only of what is few and changes. @throws CloudError */
export function cloudVerifier(session: CloudSession, locationId: string): CloudVerifier {
  async function ask<T>(
    name: string,
    shape: z.ZodType<T>,
    input: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<T> {
    return inForm(
      name,
      shape,
      await session.callFunction(name, { p_location: locationId, ...input }, signal),
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
    rows: async (question, signal) =>
      inForm(`ASE_${question.table}`, rows, await readLocationRows(session, locationId, question, signal)),
  };
}

function inForm<T>(name: string, shape: z.ZodType<T>, answer: unknown): T {
  if (!Array.isArray(answer)) throw somethingElse(null, name);
  const parsed = shape.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new BackhaulError(
    'misconfigured',
    `The cloud's ${name} answers in another form; apply the migrations (backhaul cloud migrate).`,
  );
}
