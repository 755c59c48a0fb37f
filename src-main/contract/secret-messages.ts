import { z } from 'zod';

/**
 * What the engine and the console that started it say to each other about secrets, over the child's own message
 * channel and nowhere else: never argv, never the control socket. The console says by the flag `--keychain` on the
 * engine's command line that it answers these; without it the engine keeps secrets in files of mode 0600.
 */
export const secretName = z.enum([
  /** what `cloud sign-in` was given, or what has become of it */
  'device-token',
  /** what has become of the refresh token of BACKHAUL_DEVICE_TOKEN */
  'device-token.environment',
  /** the project's publishable (or anon) key */
  'api-key',
]);

/** Texts of the engine's own making; the console stores them as they are. */
const secretValue = z.string().min(1).max(16_384);

/** From the engine. `id` is repeated in the reply; the engine waits a few seconds for it, then gives up. */
export const secretRequest = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('secret.read'), id: z.int(), name: secretName }),
  /** answered only when it would survive a power cut */
  z.strictObject({ type: z.literal('secret.write'), id: z.int(), name: secretName, value: secretValue }),
  /** clearing what is not there is no fault */
  z.strictObject({ type: z.literal('secret.clear'), id: z.int(), name: secretName }),
]);

/** From the console. */
export const secretReply = z.discriminatedUnion('ok', [
  /** `value` is the answer to a read, null where nothing is kept; null for the others */
  z.strictObject({
    type: z.literal('secret.reply'),
    id: z.int(),
    ok: z.literal(true),
    value: secretValue.nullable(),
  }),
  /** the keychain is locked, refuses or is damaged; `reason` holds no secret */
  z.strictObject({ type: z.literal('secret.reply'), id: z.int(), ok: z.literal(false), reason: z.string() }),
]);

export type SecretName = z.infer<typeof secretName>;
export type SecretReply = z.infer<typeof secretReply>;
