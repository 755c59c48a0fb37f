import { useTranslation } from 'react-i18next';
import { runStatus, streamNames, syncMode } from '../../../src-main/contract/run-shapes.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextInput } from '../../ui/field.tsx';
import { filterParameters, isDay, type RunFilter } from './filter.ts';

interface FilterBarProps {
  readonly filter: RunFilter;
  readonly onFilter: (filter: RunFilter) => void;
}

/** Which runs are shown: by result, kind, stream and day, which restrict together. */
export function FilterBar({ filter, onFilter }: FilterBarProps) {
  const { t } = useTranslation();
  const set = (change: Readonly<Record<string, string>>): void =>
    onFilter(
      Object.fromEntries(Object.entries({ ...filter, ...change }).filter(([, value]) => value !== '')),
    );
  const isRestricted = Object.keys(filterParameters(filter)).length > 0;
  return (
    <search className="filter-bar" aria-label={t('historyPage.filter.label')}>
      <SelectField
        label={t('historyPage.filter.status')}
        value={filter.status ?? ''}
        choices={[
          { value: '', label: t('historyPage.filter.allResults') },
          ...runStatus.options.map((value) => ({ value, label: t(`runStatus.${value}`) })),
        ]}
        onChange={(status: string) => set({ status })}
        testId="filter-status"
      />
      <SelectField
        label={t('historyPage.filter.mode')}
        value={filter.mode ?? ''}
        choices={[
          { value: '', label: t('historyPage.filter.allKinds') },
          ...syncMode.options.map((value) => ({ value, label: t(`runMode.${value}`) })),
        ]}
        onChange={(mode: string) => set({ mode })}
        testId="filter-mode"
      />
      <SelectField
        label={t('historyPage.filter.stream')}
        value={filter.stream ?? ''}
        choices={[
          { value: '', label: t('historyPage.filter.allStreams') },
          ...streamNames.map((value) => ({ value, label: t(`streams.${value}`) })),
        ]}
        onChange={(stream: string) => set({ stream })}
        testId="filter-stream"
      />
      <TextInput
        label={t('historyPage.filter.day')}
        type="date"
        value={filter.day ?? ''}
        onChange={(day) => {
          if (day === '' || isDay(day)) set({ day });
        }}
        testId="filter-day"
      />
      {isRestricted && (
        <Button look="bare" onPress={() => onFilter({})}>
          {t('historyPage.filter.clear')}
        </Button>
      )}
    </search>
  );
}
