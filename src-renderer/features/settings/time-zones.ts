/** Zones that stores are likely to stand in; a box in another one has its own in the list, too. */
const common = [
  'Asia/Shanghai',
  'Asia/Urumqi',
  'Asia/Taipei',
  'Asia/Hong_Kong',
  'Asia/Macau',
  'Asia/Singapore',
  'Asia/Kuala_Lumpur',
  'Asia/Bangkok',
  'Asia/Ho_Chi_Minh',
  'Asia/Jakarta',
  'Asia/Manila',
  'Asia/Tokyo',
  'Asia/Seoul',
  'Asia/Kolkata',
  'Asia/Dubai',
  'Australia/Perth',
  'Australia/Brisbane',
  'Australia/Sydney',
  'Pacific/Auckland',
  'Pacific/Honolulu',
  'America/Vancouver',
  'America/Los_Angeles',
  'America/Denver',
  'America/Phoenix',
  'America/Chicago',
  'America/Mexico_City',
  'America/Toronto',
  'America/New_York',
  'America/Sao_Paulo',
  'Europe/London',
  'Europe/Lisbon',
  'Europe/Madrid',
  'Europe/Paris',
  'Europe/Berlin',
  'Europe/Rome',
  'Europe/Amsterdam',
  'Europe/Vienna',
  'Europe/Athens',
  'Africa/Johannesburg',
  'UTC',
] as const;

export interface ZoneChoice {
  readonly value: string;
  /** `Asia/Shanghai · 14:05`: the time there now tells whether it is the right one */
  readonly label: string;
}

/** The zones to choose from, those that are in use on this box among them. */
export function zoneChoices(
  inUse: readonly (string | null)[],
  language: string,
  now: Date,
): readonly ZoneChoice[] {
  const names = [...new Set([...inUse.filter((zone) => zone !== null), ...common])];
  return names.flatMap((name) => {
    const time = timeIn(name, language, now);
    return time === null ? [] : [{ value: name, label: `${name.replaceAll('_', ' ')} · ${time}` }];
  });
}

function timeIn(timeZone: string, language: string, now: Date): string | null {
  try {
    return new Intl.DateTimeFormat(language, {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone,
    }).format(now);
  } catch {
    return null;
  }
}
