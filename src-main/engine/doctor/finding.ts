/** How bad it is: `info` is worth knowing, `warning` wants a look, `critical` keeps records from being taken or sent. */
export type FindingLevel = 'ok' | 'info' | 'warning' | 'critical';

/** What a critical finding means for the exit code; everything else is `fault`. */
export type FindingCause = 'configuration' | 'unreachable' | 'fault';

/** One answer of a check: what happened, what it means for the data, what to do next. */
export interface Finding {
  readonly level: FindingLevel;
  readonly message: string;
  /** null where nothing is to be done */
  readonly nextStep: string | null;
  readonly cause: FindingCause;
}

export function fine(message: string): Finding {
  return { level: 'ok', message, nextStep: null, cause: 'fault' };
}

export function info(message: string, nextStep: string | null = null): Finding {
  return { level: 'info', message, nextStep, cause: 'fault' };
}

export function warning(message: string, nextStep: string): Finding {
  return { level: 'warning', message, nextStep, cause: 'fault' };
}

export function critical(message: string, nextStep: string, cause: FindingCause = 'fault'): Finding {
  return { level: 'critical', message, nextStep, cause };
}

/** Bytes as people read them: `1.5 GB` of 1024 MB. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** `1 record`, `2,310 records`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
