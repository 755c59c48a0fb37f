/** Writes times as sales and alerts show them: `2026-01-10 03:30:00 PM EST` (SPEC 9). */
export function displayTime(timeZone: string): (epochMs: number) => string {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h12', timeZoneName: 'short' },
    ...{
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    },
  });
  return (epochMs) => {
    const parts = Object.fromEntries(format.formatToParts(epochMs).map(({ type, value }) => [type, value]));
    const { year, month, day, hour, minute, second, dayPeriod, timeZoneName } = parts;
    return `${year}-${month}-${day} ${hour}:${minute}:${second} ${dayPeriod} ${timeZoneName}`;
  };
}
