import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useEngine, useRoute } from '../console/console-context.tsx';
import { routeLink, viewNames } from '../console/route.ts';
import type { ErrorsStore } from '../features/errors/store.ts';
import type { InventoryStore } from '../features/inventory/store.ts';
import { Button } from '../ui/button.tsx';

interface SidebarProps {
  readonly errors: ErrorsStore;
  readonly inventory: InventoryStore;
  readonly onHelp: () => void;
}

/** Which store this is, the way to each view, and how many things need someone. */
export function Sidebar({ errors, inventory, onHelp }: SidebarProps) {
  const { t } = useTranslation();
  const here = useRoute((route) => route.view);
  const open = useStore(errors, (state) => state.openCount);
  const alerts = useStore(inventory, (state) => state.now?.unacknowledged_alerts ?? 0);
  const locationId = useEngine((view) => view.status?.locationId);
  const kind = useEngine((view) => view.status?.cloud.kind);
  const version = useEngine((view) => view.info?.version);
  return (
    <nav className="sidebar" aria-label={t('navigation.label')}>
      <p className="product">Backhaul</p>
      <p className="location">{locationId ?? t('navigation.noLocation')}</p>
      <ul>
        {viewNames.map((name) => (
          <li key={name}>
            <a href={routeLink(name)} {...(name === here ? { 'aria-current': 'page' as const } : {})}>
              {t(`navigation.${name}`)}
              {name === 'errors' && <Badge count={open} words={t('navigation.open', { count: open })} />}
              {name === 'inventory' && (
                <Badge count={alerts} words={t('navigation.alerts', { count: alerts })} />
              )}
            </a>
          </li>
        ))}
      </ul>
      <div className="foot">
        <Button look="bare" onPress={onHelp}>
          {t('navigation.help')}
        </Button>
        <p>
          {kind && <span>{t(`cloudKind.${kind}`)}</span>}
          {version && <span>{t('navigation.version', { version })}</span>}
        </p>
      </div>
    </nav>
  );
}

/** How many things need someone; nothing where none does. */
function Badge({ count, words }: { readonly count: number; readonly words: string }) {
  if (count === 0) return null;
  return (
    <span className="badge">
      <span aria-hidden="true">{count}</span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
