import { z } from 'zod';

const isoTime = z.string().nullable();

/** Where a secret of this box comes from; `elsewhere` is a keychain that only the console opens. */
export const secretSource = z.enum(['environment', 'keychain', 'file', 'elsewhere', 'none']);

/** Why the configured cloud cannot be used as it is; a face has words for each. */
export const cloudProblem = z.enum([
  'bad_address',
  'no_key',
  'key_elsewhere',
  'powerful_key',
  'no_sign_in',
  'sign_in_elsewhere',
  'powerful_token',
  'other',
]);

/** Which cloud the marks in the local database belong to. */
export const cloudIdentity = z.object({
  kind: z.enum(['local', 'supabase']),
  /** null for a local cloud */
  url: z.string().nullable(),
});

/** Everything there is to say about the configured cloud without asking it; never a key and never a token. */
export const cloudDetails = z.object({
  kind: z.enum(['local', 'supabase']),
  url: z.string().nullable(),
  problem: cloudProblem.nullable(),
  /** the same in plain English, for a technician */
  problemMessage: z.string().nullable(),
  key: z.object({
    /** `local`: the local cloud's own; `unknown`: looks like none of Supabase's */
    kind: z.enum(['publishable', 'anon', 'service', 'unknown', 'none', 'local']),
    source: secretSource,
  }),
  signIn: z.object({
    source: secretSource,
    /** it renews itself; null where there is none or it cannot be read */
    renews: z.boolean().nullable(),
    /** what the token speaks for; null before it was first used */
    locationId: z.string().nullable(),
    readOnly: z.boolean().nullable(),
    /** of a token that nobody renews */
    expiresAt: isoTime,
  }),
  /** whether a key and a sign-in that were given to this box still lie here, used or not */
  kept: z.object({ key: z.boolean(), signIn: z.boolean() }),
  /** where this engine keeps secrets that it is given */
  secretStorage: z.enum(['keychain', 'plain_text']),
  boxLocationId: z.string().nullable(),
  /** null: not asked yet */
  reachable: z.boolean().nullable(),
  /** since when it answers, or does not; null where nobody watches */
  since: isoTime,
  clockOffsetMs: z.number().nullable(),
  marks: z.object({
    /** null before the first run */
    belongTo: cloudIdentity.nullable(),
    /** they belong to another cloud than the configured one: runs refuse until a switch */
    other: z.boolean(),
  }),
  lastVerification: z.object({ at: z.string(), agrees: z.boolean() }).nullable(),
  /** what was set since the engine started counts only after it is started anew */
  restartNeeded: z.boolean(),
});

/** One thing that the cloud lacks or has of another make. */
export const cloudFinding = z.object({
  /** what kind of thing: `token`, `migration`, `table`, `column`, `key`, `policy`, … */
  name: z.string(),
  table: z.string().nullable(),
  /** one plain English sentence for a technician */
  problem: z.string(),
  /** what mends it by itself; '' where no SQL does */
  sql: z.string(),
  /** the migration that mends it with everything else */
  migration: z.string().nullable(),
});

export const cloudCheck = z.object({
  kind: z.enum(['local', 'supabase']),
  url: z.string().nullable(),
  /**
   * `complete` nothing is lacking · `lacking` see the findings · `sign_in` only the device token is wrong · the others
   * say why the check came to no end: nothing answers, something else answers, the project refuses the key
   */
  outcome: z.enum(['complete', 'lacking', 'sign_in', 'unreachable', 'wrong_address', 'key_refused']),
  /** the cloud's or the network's own words; null where all is well */
  message: z.string().nullable(),
  /**
   * `catalogs` everything was seen; `api` what only the catalogs tell was not; `names` without a sign-in: whether
   * tables, views and functions are there, not whether the box may use them; null where nothing was
   */
  lookedThrough: z.enum(['catalogs', 'api', 'names']).nullable(),
  findings: z.array(cloudFinding),
  /** names of migrations that are to be run as a whole */
  missingMigrations: z.array(z.string()),
  /** all SQL in the order in which it works, one transaction; '' where there is none */
  sql: z.string(),
});

const secretText = z.string().trim().min(1).max(8192).regex(/^\S+$/u, 'holds a space or a line break');

/** A project that is not saved yet: its address, its public key where not the kept one is meant, and perhaps a device token. */
export const cloudTrial = z.strictObject({
  url: z.string().trim().min(1).max(2048),
  /** null: the key that this box has */
  apiKey: secretText.nullable().default(null),
  token: secretText.nullable().default(null),
});

export const apiKeyInput = z.strictObject({ apiKey: secretText.nullable() });
export const tokenInput = z.strictObject({ token: secretText });

export const signInOutcome = z.object({
  /** false: kept, but not tried (no project is set yet, or it cannot be reached) */
  tried: z.boolean(),
  locationId: z.string().nullable(),
  readOnly: z.boolean().nullable(),
  /** where it was kept */
  storage: z.enum(['keychain', 'plain_text']),
  /** a variable of the environment is used in its place */
  overridden: z.boolean(),
});

export type CloudDetails = z.infer<typeof cloudDetails>;
export type CloudProblem = z.infer<typeof cloudProblem>;
export type CloudIdentity = z.infer<typeof cloudIdentity>;
export type CloudCheckResult = z.infer<typeof cloudCheck>;
export type CloudCheckFinding = z.infer<typeof cloudFinding>;
export type CloudTrial = z.output<typeof cloudTrial>;
export type SecretSource = z.infer<typeof secretSource>;
