import { createRedactor } from './redact.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const order: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/**
 * JSON lines {time, level, message, …}. `write` gets each line with its newline. No secret reaches it, not even
 * inside the message of an error: the given `secrets` and everything shaped like a key, a token or a password
 * in an address are taken out of every text.
 */
export function createLogger(
  level: LogLevel,
  now: () => Date,
  write: (line: string) => void,
  secrets: readonly string[] = [],
): Logger {
  const redact = createRedactor(secrets);
  const log = (of: LogLevel, message: string, fields: LogFields = {}): void => {
    if (order[of] < order[level]) return;
    const entry = { time: now().toISOString(), level: of, message, ...fields };
    const clean = Object.entries(entry).map(([name, value]) => [
      name,
      typeof value === 'string' ? redact(value) : value,
    ]);
    write(`${JSON.stringify(Object.fromEntries(clean))}\n`);
  };
  return {
    debug: (message, fields) => log('debug', message, fields),
    info: (message, fields) => log('info', message, fields),
    warn: (message, fields) => log('warn', message, fields),
    error: (message, fields) => log('error', message, fields),
  };
}
