import { z } from 'zod';

/** An IANA zone that this runtime knows. */
export const timeZone = z
  .string()
  .refine(isTimeZone, { error: 'is not a known IANA time zone such as Asia/Shanghai' });

/** HH:MM, 00:00 to 24:00. */
export const timeOfDay = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, { error: 'must be a time such as 09:30, from 00:00 to 24:00' });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
