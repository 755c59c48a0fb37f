import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { readIfPresent, replacePrivateFile } from '../files/private-file.ts';
import type { LocalCloudPaths } from './paths.ts';

const stateSchema = z.object({
  pid: z.int().positive(),
  phase: z.enum(['starting', 'ready', 'stopping']),
  /** True: stays until `cloud stop`. False: ends with the last process that needs it. */
  detached: z.boolean(),
  gatewayPort: z.int().positive(),
  postgresPort: z.int().positive(),
});

/** What the living supervisor says of itself. Means nothing unless the supervisor's lock is held. */
export type SupervisorState = z.infer<typeof stateSchema>;

export async function readSupervisorState(paths: LocalCloudPaths): Promise<SupervisorState | null> {
  const text = await readIfPresent(paths.state);
  if (text === null) return null;
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export async function removeSupervisorState(paths: LocalCloudPaths): Promise<void> {
  await rm(paths.state, { force: true });
}

export interface StatePublisher {
  now(): SupervisorState;
  /** Changes the state at once; resolves when the file says so too. */
  become(change: Partial<SupervisorState>): Promise<void>;
  remove(): Promise<void>;
}

/** Keeps state.json in step; writes follow one another, so the last state is the one that stays. */
export function createStatePublisher(paths: LocalCloudPaths, initial: SupervisorState): StatePublisher {
  let state = initial;
  let lastWrite: Promise<void> = Promise.resolve();
  return {
    now: () => state,
    become: (change) => {
      state = { ...state, ...change };
      const content = `${JSON.stringify(state, null, 2)}\n`;
      lastWrite = lastWrite.catch(() => {}).then(() => replacePrivateFile(paths.state, content));
      return lastWrite;
    },
    remove: () => removeSupervisorState(paths),
  };
}
