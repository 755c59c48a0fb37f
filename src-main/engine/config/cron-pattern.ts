import { Cron } from 'croner';
import { z } from 'zod';

/** Five fields, minute to day of the week, read in the store's time zone; a pattern that never comes is refused. */
export const cronPattern = z.string().superRefine((pattern, context) => {
  const fault = cronFault(pattern);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});

function cronFault(pattern: string): string | null {
  const fields = pattern.trim().split(/\s+/).length;
  if (fields !== 5) {
    const got = `this has ${fields}`;
    return `must have five fields (minute, hour, day of the month, month, day of the week) such as "0 3 * * *"; ${got}`;
  }
  try {
    const next = new Cron(pattern.trim(), { mode: '5-part', paused: true, timezone: 'UTC' }).nextRun();
    return next === null ? 'never comes: there is no such day' : null;
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
    return `is no schedule: ${reason}`;
  }
}
