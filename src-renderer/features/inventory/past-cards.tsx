import { useTranslation } from 'react-i18next';
import type { InventorySummary } from '../../../src-main/contract/inventory-shapes.ts';
import { routeLink } from '../../console/route.ts';
import { Card } from '../../ui/card.tsx';
import { Counts } from '../../ui/counts.tsx';
import type { Formats } from '../../ui/formats.ts';
import { periodParameters } from './period.ts';
import { bestSeller, shortName } from './sales-figures.ts';

interface PastCardsProps {
  /** null while they are read */
  readonly yesterday: InventorySummary | null;
  readonly lastWeek: InventorySummary | null;
  readonly formats: Formats;
}

/** How the day and the week that are over went. */
export function PastCards({ yesterday, lastWeek, formats }: PastCardsProps) {
  return (
    <div className="past-cards">
      <PastCard name="yesterday" summary={yesterday} formats={formats} />
      <PastCard name="lastWeek" summary={lastWeek} formats={formats} />
    </div>
  );
}

interface PastCardProps {
  readonly name: 'yesterday' | 'lastWeek';
  readonly summary: InventorySummary | null;
  readonly formats: Formats;
}

const longestName = 40;

function PastCard({ name, summary, formats }: PastCardProps) {
  const { t } = useTranslation();
  const best = summary === null ? null : bestSeller(summary);
  const alerts =
    summary === null ? 0 : summary.alerts.warning + summary.alerts.critical + summary.alerts.info;
  return (
    <Card labelledBy={`past-${name}`} testId={`past-${name}`}>
      <h2 id={`past-${name}`}>{t(`inventory.past.${name}`)}</h2>
      <p className="quiet-text numbers">
        {summary === null ? t('common.loading') : <Days {...{ summary, formats }} />}
      </p>
      <p className="past-words">
        {summary === null
          ? ' '
          : best === null
            ? t('inventory.past.nothing')
            : t('inventory.past.best', {
                product: shortName(best.name, longestName),
                sold: formats.number(best.sold),
              })}
      </p>
      <Counts
        counts={[
          {
            name: t('inventory.totals.sold'),
            value: summary === null ? '–' : formats.number(summary.total_sold),
          },
          {
            name: t('inventory.totals.expired'),
            value: summary === null ? '–' : formats.number(summary.expired.length),
          },
          { name: t('inventory.totals.alerts'), value: summary === null ? '–' : formats.number(alerts) },
        ]}
      />
      {summary !== null && (
        <a
          href={routeLink('inventory', periodParameters({ period: summary.period, day: summary.first_day }))}
        >
          {t('inventory.past.open')}
        </a>
      )}
    </Card>
  );
}

function Days({ summary, formats }: { readonly summary: InventorySummary; readonly formats: Formats }) {
  const { t } = useTranslation();
  const { first_day: first, last_day: last } = summary;
  if (first === last) return <time dateTime={first}>{formats.weekday(first)}</time>;
  return t('inventory.period.weekOf', { first: formats.weekday(first), last: formats.weekday(last) });
}
