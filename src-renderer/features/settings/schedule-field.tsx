import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SelectField, TextInput } from '../../ui/field.tsx';
import { readSchedule, type ScheduleWords, timeText, writeSchedule } from './cron-words.ts';
import { useSetting } from './setting-field.tsx';
import type { SettingsStore } from './store.ts';
import { TimeInput } from './time-input.tsx';

interface ScheduleFieldProps {
  readonly store: SettingsStore;
  readonly name: 'schedule.hourly' | 'schedule.full';
}

const beginnings: Readonly<Record<ScheduleWords['kind'], ScheduleWords>> = {
  never: { kind: 'never' },
  hourly: { kind: 'hourly', minute: 0, from: 11, to: 23 },
  daily: { kind: 'daily', minute: 0, hour: 3 },
  own: { kind: 'own', pattern: '0 11-23 * * *' },
};

/** When a run begins, in plain words; five cron fields for whoever knows them. */
export function ScheduleField({ store, name }: ScheduleFieldProps) {
  const { t } = useTranslation();
  const { value, change, isLocked, lockHint, fault } = useSetting(store, name);
  const pattern = typeof value === 'string' ? value : null;
  // Who writes a pattern goes on doing so, also where it happens to have plain words.
  const [writesPattern, setWritesPattern] = useState(false);
  const words: ScheduleWords =
    writesPattern && pattern !== null ? { kind: 'own', pattern } : readSchedule(pattern);
  const set = (next: ScheduleWords): void => change(writeSchedule(next));
  return (
    <fieldset className="schedule-field" data-testid={`setting-${name}`}>
      <legend>{t(`settings.field.${name}.label`)}</legend>
      <p className="field-hint">{lockHint ?? t(`settings.field.${name}.hint`)}</p>
      <div className="schedule-row">
        <SelectField
          label={t('settings.schedule.how')}
          value={words.kind}
          choices={(['hourly', 'daily', 'never', 'own'] as const).map((kind) => ({
            value: kind,
            label: t(`settings.schedule.${kind}`),
          }))}
          onChange={(kind) => {
            setWritesPattern(kind === 'own');
            set(kind === 'own' && pattern !== null ? { kind, pattern } : beginnings[kind]);
          }}
          isDisabled={isLocked}
          testId={`${name}-how`}
        />
        {words.kind === 'hourly' && <HourSpan words={words} onChange={set} isDisabled={isLocked} />}
        {words.kind === 'daily' && (
          <TimeInput
            label={t('settings.schedule.at')}
            hour={words.hour}
            minute={words.minute}
            onChange={(hour, minute) => set({ kind: 'daily', hour, minute })}
            isDisabled={isLocked}
            testId={`${name}-at`}
          />
        )}
        {words.kind === 'own' && (
          <TextInput
            label={t('settings.schedule.pattern')}
            hint={t('settings.schedule.patternHint')}
            value={words.pattern}
            onChange={change}
            isDisabled={isLocked}
            fault={fault}
            testId={`${name}-pattern`}
          />
        )}
      </div>
    </fieldset>
  );
}

interface HourSpanProps {
  readonly words: Extract<ScheduleWords, { kind: 'hourly' }>;
  readonly onChange: (words: ScheduleWords) => void;
  readonly isDisabled: boolean;
}

function HourSpan({ words, onChange, isDisabled }: HourSpanProps) {
  const { t } = useTranslation();
  const choices = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => ({
      value: String(from + index),
      label: timeText(from + index, words.minute),
    }));
  return (
    <>
      <SelectField
        label={t('settings.schedule.from')}
        value={String(words.from)}
        choices={choices(0, words.to - 1)}
        onChange={(from) => onChange({ ...words, from: Number(from) })}
        isDisabled={isDisabled}
      />
      <SelectField
        label={t('settings.schedule.to')}
        value={String(words.to)}
        choices={choices(words.from + 1, 23)}
        onChange={(to) => onChange({ ...words, to: Number(to) })}
        isDisabled={isDisabled}
      />
    </>
  );
}
