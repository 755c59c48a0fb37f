import './strict-policy.ts';
import '../ui/tokens.css';
import '../ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { openBridge } from '../bridge.ts';
import { createHomeStore } from '../features/home/store.ts';
import { startTranslations } from '../i18n/start-translations.ts';
import { App } from './app.tsx';

const container = document.getElementById('root');
if (!container) throw new Error('The page has no root element.');

await startTranslations(navigator.languages);
const home = createHomeStore(openBridge());
createRoot(container).render(
  <StrictMode>
    <App home={home} />
  </StrictMode>,
);
