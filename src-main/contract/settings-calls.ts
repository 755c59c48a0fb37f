import { z } from 'zod';
import {
  apiKeyInput,
  cloudCheck,
  cloudDetails,
  cloudTrial,
  signInOutcome,
  tokenInput,
} from './cloud-shapes.ts';
import { configPatch, configReport, configSaved } from './config-shapes.ts';
import { call } from './define.ts';

const nothing = z.object({}).strict();

/** Cloud and settings: part of the one table in `contract.ts`. */
export const settingsCalls = {
  /** Which cloud, with which key and sign-in, and how it stands. Asks no cloud and starts none. */
  'cloud.details': call(nothing, cloudDetails),
  /**
   * Compares the cloud with what this version needs, reads no row and writes nothing; ends when the caller goes.
   * With `trial` a project that is not saved yet; its key and token are used and forgotten. A token that renews itself
   * is left for the sign-in, since trying it would use it up.
   * Faults: invalid_input and misconfigured with `details.field` (`url`, `apiKey`, `token`); misconfigured where the
   * saved configuration cannot be used; unavailable where the local cloud does not start.
   */
  'cloud.check': call(z.strictObject({ trial: cloudTrial.nullable().default(null) }), cloudCheck),
  /**
   * Looks at address, key and token as far as they tell something themselves; asks nobody and keeps nothing.
   * Faults: invalid_input and misconfigured with `details.field` (`url`, `apiKey`, `token`).
   */
  'cloud.inspect': call(cloudTrial, nothing),
  /**
   * Keeps the project's publishable or anon key; null forgets it. A variable of the environment still wins.
   * Faults: invalid_input for what can be no key, misconfigured for a secret or service key, unavailable where the keychain refuses.
   */
  'cloud.setKey': call(
    apiKeyInput,
    z.object({ storage: z.enum(['keychain', 'plain_text']), restartNeeded: z.boolean() }),
  ),
  /**
   * Keeps a device token after trying it, where that is possible. Counts at once.
   * Faults: invalid_input for what can be no token; unauthorized where the cloud refuses it; misconfigured for a secret key or another location's token.
   */
  'cloud.signIn': call(tokenInput, signInOutcome),
  /** Forgets the device token; records wait until the next sign-in. */
  'cloud.signOut': call(nothing, z.object({ signedOut: z.boolean() })),
  /** Every key with its value, its default and where the value comes from; no secret, even where one was put there. */
  'config.get': call(nothing, configReport),
  /**
   * Checks the keys, writes config.json as a whole and keeps the others. Faults: invalid_input with
   * `details.faults` ([{path, reason}]), storage where the file cannot be written. Nothing was changed then.
   */
  'config.set': call(configPatch, configSaved),
  /** The box woke up or the network is back: what is due or waits is looked at now (SPEC 5.2). */
  'schedule.wake': call(z.strictObject({ cause: z.enum(['resumed', 'online']) }), nothing),
  /** Named texts that help a technician, bounded, with every secret taken out (SPEC 7). */
  'diagnostics.collect': call(
    nothing,
    z.object({ files: z.array(z.object({ name: z.string(), text: z.string() })) }),
  ),
} as const;
