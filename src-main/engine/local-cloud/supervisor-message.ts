import { z } from 'zod';
import { faultCodes } from '../../contract/errors.ts';

/** What a supervisor tells the process that started it. */
export const supervisorMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  /** Another supervisor holds this directory. */
  z.object({ kind: z.literal('busy') }),
  z.object({
    kind: z.literal('failed'),
    fault: z.object({
      code: z.enum(faultCodes),
      message: z.string(),
      details: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
  z.object({ kind: z.literal('released'), stays: z.boolean() }),
]);

export type SupervisorMessage = z.infer<typeof supervisorMessageSchema>;
