import { createStore, type StoreApi } from 'zustand';
import type { Client } from '../../../src-main/contract/client.ts';
import type { CloudCheckResult, CloudDetails } from '../../../src-main/contract/cloud-shapes.ts';
import type { CallOutput } from '../../../src-main/contract/contract.ts';
import type { DesktopClient } from '../../../src-main/contract/desktop-client.ts';
import { type Fault, toFault } from '../../../src-main/contract/errors.ts';
import type { Verification } from '../../../src-main/contract/verify-shapes.ts';

/** What is under way; one thing at a time. */
export type CloudWork = 'check' | 'verify' | 'repair' | 'overwrite' | 'accept' | 'switch';

/** What was found, and when; it is told only while everything stands as it stood then. */
export interface Found<Value> {
  readonly value: Value;
  readonly at: Date;
  readonly standing: string;
}

export interface CloudState {
  readonly details: CloudDetails | null;
  readonly check: Found<CloudCheckResult> | null;
  readonly verification: Found<Verification> | null;
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
    let finds = 0;

    async function look(): Promise<void> {
      const before = finds;
      try {
        const { details, standing } = await howItStands(engine);
        const stale = get().fault?.of === 'details';
        set({ details, ...(stale ? { fault: null } : {}) });
        // What was read before a result came says nothing about that result.
        if (get().busy === null && before === finds) dropOutdated(standing);
      } catch (error) {
        set({ fault: { of: 'details', fault: toFault(error) } });
      }
    }

    /** Another cloud, an engine that was started anew and a sync make an older result untrue. */
    function dropOutdated(standing: string): void {
      const { check, verification } = get();
      if (check !== null && check.standing !== standing) set({ check: null });
      if (verification !== null && verification.standing !== standing) set({ verification: null });
    }

    async function found<Value>(value: Value): Promise<Found<Value>> {
      finds += 1;
      return { value, at: new Date(), standing: (await howItStands(engine)).standing };
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
      set({ verification: await found(await engine.call('verify.run', {})) });
    }

    return {
      details: null,
      check: null,
      verification: null,
      switched: null,
      busy: null,
      fault: null,
      follow() {
        let doneBefore: string | null = null;
        const ends = [
          engine.subscribe('cloud.changed', () => void look()),
          engine.subscribe('status.changed', ({ lastVerifiedAt, lastRun }) => {
            const done = `${lastVerifiedAt} ${lastRun?.runId}`;
            if (done === doneBefore) return;
            doneBefore = done;
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
          set({ check: await found(await engine.call('cloud.check', {})) });
        }),
      verify: () =>
        work('verify', async () => {
          set({ verification: null });
          set({ verification: await found(await engine.call('verify.run', {})) });
        }),
      repair: () => work('repair', () => mend({ repair: true })),
      overwrite: () => work('overwrite', () => mend({ repair: true, overwrite: true })),
      acceptLost: () =>
        work('accept', async () => {
          set({ verification: await found(await engine.call('verify.run', { acceptLost: true })) });
        }),
      switchCloud: (leaveBehind) =>
        work('switch', async () => {
          set({ switched: null });
          const switched = await engine.call('cloud.switch', { leaveBehind });
          set({ switched, check: null, verification: null });
        }),
      dismissFault: () => set({ fault: null }),
      async copy(text) {
        await desktop.call('desktop.copyText', { text });
      },
    };
  });
}

/** The details, and in one word all that a result depends on: which cloud, which engine, after which run. */
async function howItStands(
  engine: Client,
): Promise<{ readonly details: CloudDetails; readonly standing: string }> {
  const [details, { pid }, { lastRun }] = await Promise.all([
    engine.call('cloud.details', {}),
    engine.call('engine.info', {}),
    engine.call('status.get', {}),
  ]);
  // A local cloud may have another port with every start.
  const cloud = details.kind === 'local' ? 'local' : details.url;
  return { details, standing: JSON.stringify([cloud, pid, lastRun?.runId ?? null]) };
}
