import type { ErrorGroup } from '../../contract/error-group.ts';
import type { RunRecord, StreamRecord } from './run-records.ts';

/** Why a run failed, at least in part. */
export interface RunCause {
  readonly group: ErrorGroup;
  readonly code: string;
  /** its own words */
  readonly words: string;
  /** the streams it stopped; none where it was the run as a whole */
  readonly streams: readonly string[];
}

/** Codes of ours for a box that is set up wrongly: the cloud was not asked, so it is not the one that refuses. */
export const setUpCodes: readonly string[] = ['misconfigured', 'invalid_input'];

/** The causes of one run, each once. That a person cancelled it is none. */
export function causesOf(run: RunRecord): RunCause[] {
  const ofStreams = run.streams.flatMap((stream) => causeOfStream(stream) ?? []);
  const whole = causeOfRun(run, ofStreams);
  const causes = [...ofStreams, ...(whole === null ? [] : [whole])].filter(
    ({ code }) => code !== 'cancelled',
  );
  if (causes.length === 0) causes.push(...heldBack(run));
  return merge(causes);
}

export function keyOf({ group, code }: { readonly group: ErrorGroup; readonly code: string }): string {
  return `${group} ${code}`;
}

function causeOfStream({ stream, group, code, error }: StreamRecord): RunCause | null {
  return group === null ? null : { group, code: code ?? group, words: error ?? '', streams: [stream] };
}

function causeOfRun(run: RunRecord, ofStreams: readonly RunCause[]): RunCause | null {
  const words = run.error ?? '';
  if (run.status === 'cancelled') return null;
  if (run.status === 'interrupted') {
    const streams = run.streams.filter((one) => one.status === 'interrupted').map((one) => one.stream);
    return { group: 'internal', code: 'interrupted', words, streams };
  }
  if (run.group !== null) {
    // The run's error is that of the stream it ended with; the stream's own code says more.
    const said = ofStreams.some((cause) => cause.group === run.group && cause.words === run.error);
    return said ? null : { group: run.group, code: run.faultCode ?? run.group, words, streams: [] };
  }
  if (!run.ours && /^(failed|error)$/.test(run.status))
    return { group: 'internal', code: 'older_script', words, streams: [] };
  const unexplained = run.status === 'failed' && !run.streams.some(isHeldBack);
  return unexplained ? { group: 'internal', code: run.faultCode ?? 'internal', words, streams: [] } : null;
}

/** Records that wait for a parent, where nothing else explains why it did not go. */
function heldBack(run: RunRecord): RunCause[] {
  return run.streams.filter(isHeldBack).map(({ stream, error }) => ({
    group: 'conflict',
    code: 'held_back',
    words: error ?? '',
    streams: [stream],
  }));
}

function isHeldBack(stream: StreamRecord): boolean {
  return stream.failed > 0 && stream.group === null;
}

function merge(causes: readonly RunCause[]): RunCause[] {
  return [...Map.groupBy(causes, keyOf).values()].flatMap((same) => {
    const last = same.at(-1);
    const streams = [...new Set(same.flatMap((cause) => cause.streams))];
    return last === undefined ? [] : [{ ...last, streams }];
  });
}
