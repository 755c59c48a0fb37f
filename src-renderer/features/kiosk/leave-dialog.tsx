import { type FormEvent, useEffect, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useFormats } from '../../console/console-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { readInstant } from '../../ui/formats.ts';
import { FaultNotice } from '../../ui/notice.tsx';
import { useNow } from '../../ui/use-now.ts';
import type { KioskStore } from './store.ts';

interface LeaveDialogProps {
  readonly store: KioskStore;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

const fewestDigits = 4;
const mostDigits = 12;

/** Asks for the PIN: by a pad of digits for a finger, by any keyboard too. */
export function LeaveDialog({ store, isOpen, onClose }: LeaveDialogProps) {
  const { t } = useTranslation();
  const { leave, forget, checking } = useStore(store);
  const closedUntil = useClosedUntil(store);
  const [pin, setPin] = useState('');
  useEffect(() => {
    if (isOpen) forget();
    setPin('');
  }, [isOpen, forget]);
  const give = async (event?: FormEvent): Promise<void> => {
    event?.preventDefault();
    if (pin.length < fewestDigits || closedUntil !== null) return;
    // Before it is looked at: what is typed meanwhile is the next try.
    setPin('');
    await leave(pin);
  };
  const type = (text: string): void => setPin(text.replace(/\D/gu, '').slice(0, mostDigits));
  return (
    <Dialog
      title={t('kiosk.pin.title')}
      isOpen={isOpen}
      onClose={onClose}
      closeLabel={t('kiosk.pin.stay')}
      testId="kiosk-pin"
      actions={
        <Button
          look="main"
          isDisabled={pin.length < fewestDigits || closedUntil !== null}
          isPending={checking}
          onPress={() => void give()}
        >
          {t('kiosk.pin.leave')}
        </Button>
      }
    >
      <form className="pin-form" onSubmit={(event) => void give(event)}>
        <TextField
          className="field"
          type="password"
          autoComplete="off"
          inputMode="none"
          value={pin}
          onChange={type}
          autoFocus
        >
          <Label className="field-label">{t('kiosk.pin.label')}</Label>
          <Input className="input pin-input" />
        </TextField>
        <Answer store={store} closedUntil={closedUntil} />
        <PinPad pin={pin} onChange={type} />
      </form>
    </Dialog>
  );
}

/** Until when no PIN is taken; null while one is. */
function useClosedUntil(store: KioskStore): Date | null {
  const lockedUntil = useStore(store, (state) => state.outcome?.lockedUntil ?? null);
  const now = useNow(1_000);
  const until = lockedUntil === null ? null : readInstant(lockedUntil);
  return until !== null && until > now ? until : null;
}

interface AnswerProps {
  readonly store: KioskStore;
  readonly closedUntil: Date | null;
}

/** What became of the last PIN; read out as it comes. */
function Answer({ store, closedUntil }: AnswerProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { outcome, fault } = useStore(store);
  const wrong = outcome !== null && !outcome.accepted && outcome.lockedUntil === null;
  return (
    <div role="status" className="pin-answer" data-testid="pin-answer">
      {closedUntil !== null && t('kiosk.pin.closed', { time: formats.exact(closedUntil) })}
      {wrong && t('kiosk.pin.wrong', { count: outcome.triesLeft })}
      {fault && <FaultNotice fault={fault} />}
    </div>
  );
}

interface PinPadProps {
  readonly pin: string;
  readonly onChange: (pin: string) => void;
}

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

function PinPad({ pin, onChange }: PinPadProps) {
  const { t } = useTranslation();
  const digit = (name: string) => (
    <Button key={name} size="large" onPress={() => onChange(pin + name)}>
      {name}
    </Button>
  );
  return (
    <div className="pin-pad">
      {digits.map(digit)}
      <Button size="large" look="bare" isDisabled={pin === ''} onPress={() => onChange('')}>
        {t('kiosk.pin.clear')}
      </Button>
      {digit('0')}
      <Button
        size="large"
        look="bare"
        isDisabled={pin === ''}
        aria-label={t('kiosk.pin.erase')}
        onPress={() => onChange(pin.slice(0, -1))}
      >
        <span aria-hidden="true">⌫</span>
      </Button>
    </div>
  );
}
