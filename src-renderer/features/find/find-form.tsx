import { type FormEvent, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { faultsOf, mayAsk, type Question } from './question.ts';

interface FindFormProps {
  readonly question: Question;
  readonly cameras: readonly string[];
  readonly searching: boolean;
  readonly onChange: (change: Partial<Question>) => void;
  readonly onSearch: () => void;
}

/** What to look for; Enter in any field begins. */
export function FindForm({ question, cameras, searching, onChange, onSearch }: FindFormProps) {
  const { t } = useTranslation();
  const list = useId();
  const faults = faultsOf(question);
  const faultAt = (field: keyof Question): string | null => {
    const fault = faults[field];
    return fault ? t(`find.fault.${fault.kind}`, { most: fault.most }) : null;
  };
  function submit(event: FormEvent): void {
    event.preventDefault();
    onSearch();
  }
  return (
    <form className="find-form" onSubmit={submit}>
      <TextInput
        label={t('find.camera')}
        fault={faultAt('camera')}
        value={question.camera}
        onChange={(camera) => onChange({ camera })}
        suggestions={cameras}
        suggestionsId={list}
      />
      <TextInput
        label={t('find.table')}
        fault={faultAt('table')}
        value={question.table}
        onChange={(table) => onChange({ table })}
      />
      <TextInput
        label={t('find.session')}
        fault={faultAt('session')}
        value={question.session}
        onChange={(session) => onChange({ session })}
      />
      <TextInput
        type="date"
        label={t('find.day')}
        fault={faultAt('day')}
        value={question.day}
        onChange={(day) => onChange({ day })}
      />
      <TextInput
        type="time"
        label={t('find.time')}
        value={question.time}
        onChange={(time) => onChange({ time })}
        isDisabled={question.day === ''}
      />
      <Button type="submit" look="main" isDisabled={!mayAsk(question)} isPending={searching}>
        {t(searching ? 'find.searching' : 'find.search')}
      </Button>
    </form>
  );
}
