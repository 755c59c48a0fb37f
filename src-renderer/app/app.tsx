import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import HomePage from '../features/home/page.tsx';
import type { HomeStore } from '../features/home/store.ts';
import './app.css';

/** The frame around the views: who this is, the way to each view, the view. */
export function App({ home }: { readonly home: HomeStore }) {
  const { t } = useTranslation();
  const locationId = useStore(home, (state) => state.status?.locationId);
  const kind = useStore(home, (state) => state.status?.cloud.kind);
  const version = useStore(home, (state) => state.version);
  return (
    <div className="frame">
      <nav className="sidebar" aria-label={t('navigation.label')}>
        <p className="product">Backhaul</p>
        <p className="location">{locationId ?? t('navigation.noLocation')}</p>
        <ul>
          <li>
            <a href="#home" aria-current="page">
              {t('navigation.home')}
            </a>
          </li>
        </ul>
        <p className="foot">
          {kind && <span>{t(`cloudKind.${kind}`)}</span>}
          {version && <span>{t('navigation.version', { version })}</span>}
        </p>
      </nav>
      <main id="home">
        <HomePage store={home} />
      </main>
    </div>
  );
}
