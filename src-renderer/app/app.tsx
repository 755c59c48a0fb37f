import { useEffect, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ConsoleProvider, useDesktop, useEngine, useRoute } from '../console/console-context.tsx';
import { openRoute } from '../console/route.ts';
import { SetupPageLoader } from '../features/setup/loader.tsx';
import { Frame } from './frame.tsx';
import type { Stores } from './stores.ts';
import { usePreferences } from './use-preferences.ts';

/** The console: its stores followed for as long as the page lives, the set-up on a fresh box, else the views. */
export function App({ stores }: { readonly stores: Stores }) {
  const { i18n } = useTranslation();
  const { engine, desktop } = stores.console;
  useEffect(() => engine.getState().follow(), [engine]);
  useEffect(() => desktop.getState().follow(), [desktop]);
  useEffect(() => stores.errors.getState().watch(), [stores.errors]);
  useEffect(() => stores.inventory.getState().watch(), [stores.inventory]);
  return (
    <ConsoleProvider stores={stores.console}>
      <I18nProvider locale={i18n.language}>
        <Shown stores={stores} />
      </I18nProvider>
    </ConsoleProvider>
  );
}

function Shown({ stores }: { readonly stores: Stores }) {
  const ready = useDesktop((view) => view.ready);
  const setUpDone = useDesktop((view) => view.preferences.setUpDone);
  const setPreferences = useDesktop((view) => view.setPreferences);
  const kiosk = useDesktop((view) => view.info?.kiosk ?? false);
  const status = useEngine((view) => view.status);
  const fault = useEngine((view) => view.fault);
  const again = useRoute((route) => route.parameters.setup === 'again');
  const [isGuiding, setGuiding] = useState(false);
  const isUsed = status?.streams.some((stream) => stream.pending + stream.synced > 0) ?? true;
  // Once begun it stays, also when the detector's first record comes in.
  if (ready && !setUpDone && !isUsed && !isGuiding) setGuiding(true);
  usePreferences();
  if (!ready || (!setUpDone && status === null && fault === null)) return null;
  if (((isGuiding && !setUpDone) || again) && !kiosk) {
    const onDone = (): void => {
      setGuiding(false);
      void setPreferences({ setUpDone: true });
      if (again) openRoute('home');
    };
    return <SetupPageLoader store={stores.setup} onDone={onDone} />;
  }
  return <Frame stores={stores} kiosk={kiosk} />;
}
