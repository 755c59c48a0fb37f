import './strict-policy.ts';
import '@fontsource-variable/inter/wght.css';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/table.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { openBridge } from '../bridge.ts';
import { startTranslations } from '../i18n/start-translations.ts';
import { App } from './app.tsx';
import { createStores } from './stores.ts';

const container = document.getElementById('root');
if (!container) throw new Error('The page has no root element.');

await startTranslations(navigator.languages, new URLSearchParams(window.location.search).has('pseudo'));
createRoot(container).render(
  <StrictMode>
    <App stores={createStores(openBridge())} />
  </StrictMode>,
);
