export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const order: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** JSON lines {time, level, message, …}. `write` gets each line with its newline; secrets are never fields. */
export function createLogger(level: LogLevel, now: () => Date, write: (line: string) => void): Logger {
  const log = (of: LogLevel, message: string, fields: LogFields = {}): void => {
    if (order[of] < order[level]) return;
    write(`${JSON.stringify({ time: now().toISOString(), level: of, message, ...fields })}\n`);
  };
  return {
    debug: (message, fields) => log('debug', message, fields),
    info: (message, fields) => log('info', message, fields),
    warn: (message, fields) => log('warn', message, fields),
    error: (message, fields) => log('error', message, fields),
  };
}
