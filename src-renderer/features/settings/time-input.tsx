import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TextInput } from '../../ui/field.tsx';
import { readTime, timeText } from './cron-words.ts';

interface TimeInputProps {
  readonly label: string;
  readonly hour: number;
  readonly minute: number;
  readonly onChange: (hour: number, minute: number) => void;
  readonly isDisabled: boolean;
  readonly testId: string;
}

/** A time of day as all times of the store are written, 00:00 to 23:59; told when it is whole. */
export function TimeInput({ label, hour, minute, onChange, isDisabled, testId }: TimeInputProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? timeText(hour, minute);
  return (
    <TextInput
      label={label}
      hint={t('settings.schedule.timeHint')}
      value={shown}
      onChange={(text) => {
        setTyped(text);
        const time = readTime(text);
        if (time) onChange(time.hour, time.minute);
      }}
      fault={readTime(shown) === null ? t('settings.schedule.timeHint') : null}
      isDisabled={isDisabled}
      testId={testId}
    />
  );
}
