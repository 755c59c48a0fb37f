import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../src-main/contract/errors.ts';
import type { EditField } from '../../../src-main/contract/quarantine-shapes.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Loading } from '../../ui/empty-state.tsx';
import { SelectField, TextInput } from '../../ui/field.tsx';
import type { Formats } from '../../ui/formats.ts';
import { useColumnLabel } from './column-label.ts';
import { changedValues, type EditFault, partOf, readTyped, textOf } from './edit-values.ts';
import type { OpenEntry } from './open-entry.ts';
import { RefusalWords, useReason } from './refusal-words.tsx';

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
  // What the engine said stands until something else is typed.
  const [saved, setSaved] = useState<typeof texts | null>(null);
  const fault = open.fault !== null && (saved === null || saved === texts) ? open.fault : null;
  const refused = fault && partOf(fault);
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
          onPress={() => {
            setSaved(texts);
            onSave(values);
          }}
        >
          {t('errorsPage.edit.save')}
        </Button>
      }
    >
      <p>{t('errorsPage.edit.text')}</p>
      {open.entry && <RefusalWords {...open.entry} />}
      {open.fields === null && !open.fault && <Loading label={t('common.loading')} />}
      {fields.map((field) => (
        <FieldInput
          key={field.name}
          field={field}
          text={texts[field.name] ?? textOf(field)}
          isRefused={field.name === open.entry?.column}
          notTaken={field.name === refused?.column ? refused.kind : null}
          formats={formats}
          onText={(text) => setTexts({ ...texts, [field.name]: text })}
        />
      ))}
      {fault && !fields.some((field) => field.name === refused?.column && refused.kind) && (
        <EditFaultWords fault={fault} />
      )}
      {fields.length > 0 && !isChanged && !isWrong && (
        <p className="quiet-text">{t('errorsPage.edit.unchanged')}</p>
      )}
    </Dialog>
  );
}

/** Why an edit was not taken, where no single field is at fault. */
function EditFaultWords({ fault }: { readonly fault: Fault }) {
  const { t } = useTranslation();
  const sentence = useReason();
  const { reason } = partOf(fault);
  const text = fault.code === 'not_found' ? 'gone' : 'notTaken';
  return (
    <div role="alert" data-testid="edit-fault">
      <p className="field-fault">{reason ? sentence(reason) : t(`errorsPage.edit.${text}`)}</p>
      <p className="engine-words">{t('errorsPage.words.own', { words: fault.message })}</p>
    </div>
  );
}

interface FieldInputProps {
  readonly field: EditField;
  readonly text: string;
  /** the cloud refused what is there now */
  readonly isRefused: boolean;
  /** the engine refused what is typed now */
  readonly notTaken: EditFault | null;
  readonly formats: Formats;
  readonly onText: (text: string) => void;
}

function FieldInput({ field, text, isRefused, notTaken, formats, onText }: FieldInputProps) {
  const { t, i18n } = useTranslation();
  const limits = { least: formats.number(field.least ?? 0), most: formats.number(field.most ?? 0) };
  const typed = readTyped(field, text);
  const isTouched = text !== textOf(field);
  const shown = notTaken ?? (isTouched || isRefused ? typed.fault : null);
  const fault = shown === null ? null : words(shown);
  const testId = `field-${field.name}`;
  const label = useColumnLabel()(field.name);

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
