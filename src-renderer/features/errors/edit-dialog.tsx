import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EditField } from '../../../src-main/contract/quarantine-shapes.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Loading } from '../../ui/empty-state.tsx';
import { SelectField, TextInput } from '../../ui/field.tsx';
import type { Formats } from '../../ui/formats.ts';
import { changedValues, type EditFault, readTyped, textOf } from './edit-values.ts';
import type { OpenEntry } from './store.ts';

interface EditDialogProps {
  readonly open: OpenEntry;
  readonly isBusy: boolean;
  readonly formats: Formats;
  readonly onClose: () => void;
  readonly onSave: (values: Readonly<Record<string, string | number | null>>) => void;
}

/** Corrects a record; each field says at once what it takes and what is wrong with it. */
export function EditDialog({ open, isBusy, formats, onClose, onSave }: EditDialogProps) {
  const { t } = useTranslation();
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const fields = open.fields ?? [];
  const { values, faults } = changedValues(fields, texts);
  const isChanged = Object.keys(values).length > 0;
  const isWrong = Object.keys(faults).length > 0;
  return (
    <Dialog
      title={t('errorsPage.edit.title')}
      isOpen
      onClose={onClose}
      closeLabel={t('common.cancel')}
      testId="edit-dialog"
      actions={
        <Button
          look="main"
          isDisabled={!isChanged || isWrong}
          isPending={isBusy}
          onPress={() => onSave(values)}
        >
          {t('errorsPage.edit.save')}
        </Button>
      }
    >
      <p>{t('errorsPage.edit.text')}</p>
      {open.entry && <p className="engine-words">{open.entry.message}</p>}
      {open.fields === null && !open.fault && <Loading label={t('common.loading')} />}
      {fields.map((field) => (
        <FieldInput
          key={field.name}
          field={field}
          text={texts[field.name] ?? textOf(field)}
          isRefused={field.name === open.entry?.column}
          formats={formats}
          onText={(text) => setTexts({ ...texts, [field.name]: text })}
        />
      ))}
      {open.fault && (
        <p role="alert" className="field-fault" data-testid="edit-fault">
          {open.fault.message}
        </p>
      )}
      {fields.length > 0 && !isChanged && !isWrong && (
        <p className="quiet-text">{t('errorsPage.edit.unchanged')}</p>
      )}
    </Dialog>
  );
}

interface FieldInputProps {
  readonly field: EditField;
  readonly text: string;
  /** the cloud refused what is there now */
  readonly isRefused: boolean;
  readonly formats: Formats;
  readonly onText: (text: string) => void;
}

function FieldInput({ field, text, isRefused, formats, onText }: FieldInputProps) {
  const { t, i18n } = useTranslation();
  const limits = { least: formats.number(field.least ?? 0), most: formats.number(field.most ?? 0) };
  const typed = readTyped(field, text);
  const isTouched = text !== textOf(field);
  const shown = isTouched || (isRefused && field.options.length > 0) ? typed.fault : null;
  const fault = shown === null ? null : words(shown);
  const testId = `field-${field.name}`;
  const known = `editField.${field.name}`;
  const label = i18n.exists(known)
    ? t('errorsPage.edit.label', { words: t(known as 'editField.state'), name: field.name })
    : field.name;

  function optionLabel(value: string): string {
    return i18n.exists(`state.${value}`) ? t(`state.${value}` as 'state.RED') : value;
  }

  function words(of: EditFault): string {
    return t(`errorsPage.edit.fault.${of}`, limits);
  }

  if (field.options.length > 0) {
    const present = textOf(field);
    const choices = field.options.map((value) => ({ value, label: optionLabel(value) }));
    const isKnown = field.options.includes(present);
    const all = isKnown
      ? choices
      : [
          {
            value: present,
            label: t('errorsPage.edit.present', { value: present || t('errorsPage.edit.empty') }),
          },
          ...choices,
        ];
    return (
      <SelectField label={label} value={text} choices={all} onChange={onText} fault={fault} testId={testId} />
    );
  }
  return (
    <TextInput
      label={label}
      value={text}
      onChange={onText}
      hint={hintOf(field)}
      fault={fault}
      testId={testId}
      {...(field.kind === 'whole' ? { inputMode: 'numeric' as const } : {})}
      {...(field.kind === 'number' ? { inputMode: 'decimal' as const } : {})}
      {...(field.kind === 'json' ? { rows: 3 } : {})}
    />
  );

  function hintOf(of: EditField): string | undefined {
    if (of.kind === 'time') return t('errorsPage.edit.hint.time');
    if (of.kind === 'flag') return t('errorsPage.edit.hint.flag');
    if (of.least === 0) return t('errorsPage.edit.hint.count');
    return of.nullable ? t('errorsPage.edit.hint.nullable') : undefined;
  }
}
