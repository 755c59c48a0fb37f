import {
  type RunStatus,
  runStatus,
  type SyncMode,
  streamNames,
  syncMode,
} from '../../../src-main/contract/run-shapes.ts';

/** Which runs are shown; what is left out does not restrict. */
export interface RunFilter {
  readonly status?: RunStatus;
  readonly mode?: SyncMode;
  readonly stream?: (typeof streamNames)[number];
  /** `YYYY-MM-DD` of the store's calendar */
  readonly day?: string;
}

/** The filter that an address holds; what is none is left out. */
export function readFilter(parameters: Readonly<Record<string, string>>): RunFilter {
  const status = runStatus.safeParse(parameters.status).data;
  const mode = syncMode.safeParse(parameters.mode).data;
  const stream = streamNames.find((name) => name === parameters.stream);
  const { day } = parameters;
  return {
    ...(status && { status }),
    ...(mode && { mode }),
    ...(stream && { stream }),
    ...(day && isDay(day) && { day }),
  };
}

/** The filter as an address holds it. */
export function filterParameters(filter: RunFilter): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** True for a day of the calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
