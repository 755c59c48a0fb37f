import { useTranslation } from 'react-i18next';
import type { InventoryFormat } from '../../../src-main/contract/desktop-contract.ts';
import type { InventorySummary } from '../../../src-main/contract/inventory-shapes.ts';
import { Button } from '../../ui/button.tsx';
import type { Formats } from '../../ui/formats.ts';
import { Segments } from '../../ui/segments.tsx';
import { dayIn, neighbour, type PeriodChoice } from './period.ts';

interface PeriodBarProps {
  readonly choice: PeriodChoice;
  /** null while it is read for the first time */
  readonly summary: InventorySummary | null;
  readonly instant: Date;
  readonly formats: Formats;
  readonly timeZone: string;
  readonly exporting: InventoryFormat | null;
  readonly isDisabled: boolean;
  readonly onChoose: (choice: PeriodChoice) => void;
  readonly onExport: (format: InventoryFormat) => void;
}

const exportFormats: readonly InventoryFormat[] = ['csv', 'json', 'pdf'];

/** Which day or week is shown, the way to the one before and after, and into a file. */
export function PeriodBar(props: PeriodBarProps) {
  const { choice, summary, instant, formats, timeZone, exporting, isDisabled, onChoose, onExport } = props;
  const { t } = useTranslation();
  const { period } = choice;
  const todayIs = dayIn(timeZone, instant);
  const isNow = summary !== null && summary.last_day >= todayIs;
  const step = (by: -1 | 1): void => {
    if (summary !== null) onChoose(neighbour(choice, summary, by, todayIs));
  };
  return (
    <>
      <div className="sales-head">
        <h2 id="sales-heading">{t('inventory.sales.title')}</h2>
        <p className="period-name numbers" role="status" data-testid="period-name">
          {summary === null ? t('common.loading') : <PeriodName {...{ summary, formats, todayIs }} />}
        </p>
      </div>
      <div className="period-bar">
        <Segments
          label={t('inventory.period.label')}
          value={period}
          choices={(['day', 'week'] as const).map((value) => ({
            value,
            label: t(`inventory.period.${value}`),
          }))}
          onChange={(next) => onChoose({ period: next, day: choice.day })}
          testId="period"
        />
        <div className="period-steps">
          <Button onPress={() => step(-1)} isDisabled={summary === null}>
            {t(`inventory.period.before.${period}`)}
          </Button>
          <Button onPress={() => step(1)} isDisabled={summary === null || isNow}>
            {t(`inventory.period.after.${period}`)}
          </Button>
          <Button onPress={() => onChoose({ period, day: null })} isDisabled={isNow}>
            {t(`inventory.period.now.${period}`)}
          </Button>
        </div>
        <div className="period-exports">
          {exportFormats.map((format) => (
            <Button
              key={format}
              onPress={() => onExport(format)}
              isPending={exporting === format}
              isDisabled={isDisabled || summary === null || (exporting !== null && exporting !== format)}
            >
              {t(`inventory.export.${format}`)}
            </Button>
          ))}
        </div>
      </div>
    </>
  );
}

interface PeriodNameProps {
  readonly summary: InventorySummary;
  readonly formats: Formats;
  readonly todayIs: string;
}

function PeriodName({ summary, formats, todayIs }: PeriodNameProps) {
  const { t } = useTranslation();
  const { period, first_day: first, last_day: last } = summary;
  if (period === 'week')
    return t(last >= todayIs ? 'inventory.period.thisWeek' : 'inventory.period.weekOf', {
      first: formats.weekday(first),
      last: formats.weekday(last),
    });
  return first === todayIs
    ? t('inventory.period.today', { day: formats.weekday(first) })
    : formats.weekday(first);
}
