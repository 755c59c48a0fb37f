import { useTranslation } from 'react-i18next';
import { routeLink } from '../../console/route.ts';
import type { Formats } from '../../ui/formats.ts';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { type ChartKind, type DayOfRuns, occurring } from './day-figures.ts';

interface DayTableProps {
  readonly kind: ChartKind;
  readonly days: readonly DayOfRuns[];
  readonly formats: Formats;
}

interface Figure {
  readonly id: string;
  readonly header: string;
  readonly of: (day: DayOfRuns) => string;
}

/** The chart as a table, the newest day first; a day leads to its runs. */
export function DayTable({ kind, days, formats }: DayTableProps) {
  const { t } = useTranslation();
  const figures = useFigures(kind, days, formats);
  return (
    <ScrollRegion className="day-table" label={t(`historyPage.chart.${kind}`)} testId="day-table">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('historyPage.table.day')}</th>
            <th scope="col">{t('historyPage.table.runs')}</th>
            {figures.map(({ id, header }) => (
              <th key={id} scope="col">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day) => (
            <tr key={day.day}>
              <th scope="row">
                {day.runs > 0 ? (
                  <a href={routeLink('history', { day: day.day })}>{formats.day(day.day)}</a>
                ) : (
                  formats.day(day.day)
                )}
              </th>
              <td>{formats.number(day.runs)}</td>
              {figures.map(({ id, of }) => (
                <td key={id}>{of(day)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function useFigures(kind: ChartKind, days: readonly DayOfRuns[], formats: Formats): readonly Figure[] {
  const { t } = useTranslation();
  const duration = (milliseconds: number | null): string =>
    milliseconds === null ? '–' : formats.duration(milliseconds);
  if (kind === 'records')
    return [
      { id: 'records', header: t('historyPage.table.records'), of: (day) => formats.number(day.records) },
    ];
  if (kind === 'durations')
    return [
      { id: 'mean', header: t('historyPage.duration.mean'), of: (day) => duration(day.meanDurationMs) },
      { id: 'max', header: t('historyPage.duration.max'), of: (day) => duration(day.maxDurationMs) },
    ];
  return occurring(days).map((ending) => ({
    id: ending,
    header: t(`runStatus.${ending}`),
    of: (day) => formats.number(day.byStatus[ending] ?? 0),
  }));
}
