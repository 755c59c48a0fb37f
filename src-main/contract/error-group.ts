import { z } from 'zod';

/** SPEC 6: causes of failures as a person tells them apart. Each has a plain sentence and a next step. */
export const errorGroup = z.enum([
  'network',
  'timeout',
  'rate_limit',
  'sign_in',
  'permission',
  'schema',
  'data',
  'storage',
  'conflict',
  'internal',
]);

export type ErrorGroup = z.infer<typeof errorGroup>;

/** Why something failed: the group, and the code of who refused it (the cloud's own, else ours). */
export interface ErrorCause {
  readonly group: ErrorGroup;
  readonly code: string;
}
