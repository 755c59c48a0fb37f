import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import type { CloudCheckResult, CloudDetails } from '../../../src-main/contract/cloud-shapes.ts';
import type { CallOutput } from '../../../src-main/contract/contract.ts';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';
import { type Fault, toFault } from '../../../src-main/contract/errors.ts';
import type { Verification } from '../../../src-main/contract/verify-shapes.ts';

/** What is under way; one thing at a time. */
export type CloudWork = 'check' | 'verify' | 'repair' | 'overwrite' | 'accept' | 'switch';

export interface CloudState {
  readonly details: CloudDetails | null;
  readonly check: CloudCheckResult | null;
  readonly verification: Verification | null;
  /** a repair was done in this comparison: what still differs needs another decision */
  readonly repaired: boolean;
  readonly switched: CallOutput<'cloud.switch'> | null;
  readonly busy: CloudWork | null;
  /** the last thing that failed, and what it was */
  readonly fault: { readonly of: CloudWork | 'details'; readonly fault: Fault } | null;
  /** Reads the details, then follows what changes them until the returned function is called. */
  follow(): () => void;
  runCheck(): Promise<void>;
  verify(): Promise<void>;
  /** Marks what is missing in the cloud as waiting again and sends it. */
  repair(): Promise<void>;
  /** The same for what differs: what this box holds wins. */
  overwrite(): Promise<void>;
  /** What was deleted here after it was verified and is missing there counts as it is there. */
  acceptLost(): Promise<void>;
  switchCloud(leaveBehind: boolean): Promise<void>;
  dismissFault(): void;
  copy(text: string): Promise<void>;
}

export type CloudStore = StoreApi<CloudState>;

/** Which cloud, how it stands, and what a person can do about it. */
export function createCloudStore(engine: Client, desktop: DesktopClient): CloudStore {
  return createStore<CloudState>()((set, get) => {
    async function look(): Promise<void> {
      try {
        const details = await engine.call('cloud.details', {});
        const stale = get().fault?.of === 'details';
        set({ details, ...(stale ? { fault: null } : {}) });
      } catch (error) {
        set({ fault: { of: 'details', fault: toFault(error) } });
      }
    }

    async function work(of: CloudWork, step: () => Promise<void>): Promise<void> {
      if (get().busy !== null) return;
      set({ busy: of, fault: null });
      try {
        await step();
      } catch (error) {
        set({ fault: { of, fault: toFault(error) } });
      }
      set({ busy: null });
      await look();
    }

    /** What was marked as waiting goes at once, and is compared again. */
    async function mend(wanted: { repair?: true; overwrite?: true }): Promise<void> {
      await engine.call('verify.run', wanted);
      await engine.call('sync.start', { mode: 'full', trigger: 'manual' });
      set({ verification: await engine.call('verify.run', {}), repaired: true });
    }

    return {
      details: null,
      check: null,
      verification: null,
      repaired: false,
      switched: null,
      busy: null,
      fault: null,
      follow() {
        let verifiedAt: string | null = null;
        const ends = [
          engine.subscribe('cloud.changed', () => void look()),
          engine.subscribe('status.changed', ({ lastVerifiedAt }) => {
            if (lastVerifiedAt === verifiedAt) return;
            verifiedAt = lastVerifiedAt;
            void look();
          }),
          desktop.subscribe('desktop.engineChanged', ({ state }) => {
            if (state === 'running') void look();
          }),
        ];
        void look();
        return () => {
          for (const end of ends) end();
        };
      },
      runCheck: () =>
        work('check', async () => {
          set({ check: null });
          set({ check: await engine.call('cloud.check', {}) });
        }),
      verify: () =>
        work('verify', async () => {
          set({ verification: null, repaired: false });
          set({ verification: await engine.call('verify.run', {}) });
        }),
      repair: () => work('repair', () => mend({ repair: true })),
      overwrite: () => work('overwrite', () => mend({ repair: true, overwrite: true })),
      acceptLost: () =>
        work('accept', async () => {
          set({ verification: await engine.call('verify.run', { acceptLost: true }) });
        }),
      switchCloud: (leaveBehind) =>
        work('switch', async () => {
          set({ switched: null });
          set({ switched: await engine.call('cloud.switch', { leaveBehind }), verification: null });
        }),
      dismissFault: () => set({ fault: null }),
      async copy(text) {
        await desktop.call('desktop.copyText', { text });
      },
    };
  });
}
