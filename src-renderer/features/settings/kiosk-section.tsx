import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useDesktop, useFormats } from '../../console/console-context.tsx';
import { Button } from '../../ui/button.tsx';
import { SwitchField, TextInput } from '../../ui/field.tsx';
import { readInstant } from '../../ui/formats.ts';
import { pinFault } from './pin-fault.ts';
import { SavedWord, Section, SectionFault } from './section.tsx';
import type { SettingsStore } from './store.ts';

/** Full screen with no way out but a PIN, and plainly what only the operating system can lock. */
export function KioskSection({ store }: { readonly store: SettingsStore }) {
  const { t } = useTranslation();
  const { busy, enterKiosk } = useStore(store);
  const info = useDesktop((view) => view.info);
  const startsAsKiosk = useDesktop((view) => view.preferences.kiosk);
  const set = useDesktop((view) => view.setPreferences);
  const pinSet = info?.kioskPinSet ?? false;
  return (
    <Section id="kiosk" title={t('settings.kiosk.title')} lead={t('settings.kiosk.lead')}>
      <PinForm store={store} pinSet={pinSet} />
      <SwitchField
        label={t('settings.kiosk.atStart')}
        hint={pinSet ? t('settings.kiosk.atStartHint') : t('settings.kiosk.needsPin')}
        isSelected={startsAsKiosk}
        onChange={(isOn) => void set({ kiosk: isOn })}
        isDisabled={!pinSet && !startsAsKiosk}
        testId="preference-kiosk"
      />
      <div className="page-actions">
        <Button onPress={() => void enterKiosk()} isDisabled={!pinSet || busy !== null}>
          {t('settings.kiosk.enter')}
        </Button>
      </div>
      <SectionFault store={store} section="kiosk" />
      <div className="os-note">
        <h3>{t('settings.kiosk.systemTitle')}</h3>
        <p>{t('settings.kiosk.system')}</p>
      </div>
    </Section>
  );
}

const noPins = { current: '', pin: '', again: '' };

function PinForm({ store, pinSet }: { readonly store: SettingsStore; readonly pinSet: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { busy, pin: outcome, setPin } = useStore(store);
  const [typed, setTyped] = useState(noPins);
  const [fault, setFault] = useState<ReturnType<typeof pinFault>>(null);
  const refused = outcome !== null && !outcome.accepted && typed === noPins;
  const lockedUntil = readInstant(outcome?.lockedUntil ?? '');
  const change = (part: Partial<typeof noPins>): void => {
    setTyped({ ...typed, ...part });
    setFault(null);
  };
  const save = async (): Promise<void> => {
    const found = pinFault(typed, pinSet);
    setFault(found);
    if (found !== null) return;
    await setPin(typed.pin, pinSet ? typed.current : null);
    setTyped(noPins);
  };
  const refusal = lockedUntil
    ? t('settings.kiosk.locked', { time: formats.moment(lockedUntil, new Date()) })
    : t('settings.kiosk.wrongPin', { count: outcome?.triesLeft ?? 0 });
  return (
    <div className="pin-fields">
      <div className="schedule-row">
        {pinSet && (
          <TextInput
            label={t('settings.kiosk.currentPin')}
            type="password"
            inputMode="numeric"
            value={typed.current}
            onChange={(current) => change({ current })}
            fault={refused ? refusal : fault?.field === 'current' ? t('settings.kiosk.pinShape') : null}
            testId="pin-current"
          />
        )}
        <TextInput
          label={pinSet ? t('settings.kiosk.newPin') : t('settings.kiosk.pin')}
          hint={t('settings.kiosk.pinHint')}
          type="password"
          inputMode="numeric"
          value={typed.pin}
          onChange={(pin) => change({ pin })}
          fault={fault?.field === 'pin' ? t('settings.kiosk.pinShape') : null}
          testId="pin-new"
        />
        <TextInput
          label={t('settings.kiosk.again')}
          type="password"
          inputMode="numeric"
          value={typed.again}
          onChange={(again) => change({ again })}
          fault={fault?.field === 'again' ? t('settings.kiosk.notTheSame') : null}
          testId="pin-again"
        />
      </div>
      <div className="page-actions">
        <Button onPress={() => void save()} isPending={busy === 'kiosk'} isDisabled={typed.pin === ''}>
          {pinSet ? t('settings.kiosk.changePin') : t('settings.kiosk.setPin')}
        </Button>
        <SavedWord store={store} section="kiosk" />
      </div>
    </div>
  );
}
