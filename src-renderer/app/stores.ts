import type { Bridge } from '../bridge.ts';
import type { ConsoleStores } from '../console/console-context.tsx';
import { createDesktopStore } from '../console/desktop-store.ts';
import { createEngineStore } from '../console/engine-store.ts';
import { createRouteStore, openRoute, viewNames } from '../console/route.ts';
import { type CaptureStore, createCaptureStore } from '../features/capture/store.ts';
import { type CloudStore, createCloudStore } from '../features/cloud/store.ts';
import { createErrorsStore, type ErrorsStore } from '../features/errors/store.ts';
import { createFindStore, type FindStore } from '../features/find/store.ts';
import { createHistoryStore, type HistoryStore } from '../features/history/store.ts';
import { createHomeStore, type HomeStore } from '../features/home/store.ts';
import { createInventoryStore, type InventoryStore } from '../features/inventory/store.ts';
import { createKioskStore, type KioskStore } from '../features/kiosk/store.ts';
import { createSettingsStore, type SettingsStore } from '../features/settings/store.ts';
import { createSetupStore, type SetupStore } from '../features/setup/store.ts';

/** One store a feature, and those that all share. */
export interface Stores {
  readonly console: ConsoleStores;
  readonly home: HomeStore;
  readonly history: HistoryStore;
  readonly errors: ErrorsStore;
  readonly capture: CaptureStore;
  readonly inventory: InventoryStore;
  readonly find: FindStore;
  readonly cloud: CloudStore;
  readonly settings: SettingsStore;
  readonly setup: SetupStore;
  readonly kiosk: KioskStore;
}

export function createStores({ engine, desktop }: Bridge): Stores {
  const home = createHomeStore(engine);
  return {
    console: {
      engine: createEngineStore(engine, desktop),
      desktop: createDesktopStore(desktop, ({ view, sync }) => {
        const known = viewNames.find((name) => name === view);
        if (known !== undefined) openRoute(known);
        if (sync) void home.getState().syncEverything();
      }),
      route: createRouteStore(),
    },
    home,
    history: createHistoryStore(engine, desktop),
    errors: createErrorsStore(engine, desktop),
    capture: createCaptureStore(engine, desktop),
    inventory: createInventoryStore(engine, desktop),
    find: createFindStore(engine, desktop),
    cloud: createCloudStore(engine, desktop),
    settings: createSettingsStore(engine, desktop),
    setup: createSetupStore(engine, desktop),
    kiosk: createKioskStore(desktop),
  };
}
