import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { BackhaulError } from '../../contract/errors.ts';
import { createPrivateFile, makePrivateFolder, readIfPresent } from '../files/private-file.ts';
import type { LocalCloudPaths } from './paths.ts';

const secretsSchema = z.object({
  projectId: z.uuid(),
  publishableKey: z.string().startsWith('sb_publishable_'),
  jwtSecret: z.string().min(32),
  superuserPassword: z.string().min(16),
  authenticatorPassword: z.string().min(16),
  analystPassword: z.string().min(16),
  controlKey: z.string().min(16),
});

export type LocalCloudSecrets = z.infer<typeof secretsSchema>;

/** The secrets of this directory's cloud, made at first use; two processes at once agree on one set. */
export async function readOrCreateSecrets(paths: LocalCloudPaths): Promise<LocalCloudSecrets> {
  const existing = await readSecrets(paths);
  if (existing !== null) return existing;
  await makePrivateFolder(paths.folder);
  await createPrivateFile(paths.secrets, `${JSON.stringify(newSecrets(), null, 2)}\n`);
  const created = await readSecrets(paths);
  if (created === null) throw new BackhaulError('storage', `${paths.secrets} could not be written.`);
  return created;
}

export async function readSecrets(paths: LocalCloudPaths): Promise<LocalCloudSecrets | null> {
  const text = await readIfPresent(paths.secrets);
  if (text === null) return null;
  try {
    return secretsSchema.parse(JSON.parse(text));
  } catch {
    throw new BackhaulError(
      'misconfigured',
      `${paths.secrets} is damaged, so the local cloud cannot be opened. Put it back from a backup; the records in the cloud are untouched.`,
    );
  }
}

/** The key that makes users of this cloud's sign-in: what `SUPABASE_SECRET_KEY` is to a project. */
export function secretKeyOf({ jwtSecret }: LocalCloudSecrets): string {
  return `sb_secret_${createHmac('sha256', jwtSecret).update('secret key').digest('base64url')}`;
}

function newSecrets(): LocalCloudSecrets {
  return {
    projectId: randomUUID(),
    publishableKey: `sb_publishable_${token(16)}_${token(6)}`,
    jwtSecret: token(48),
    superuserPassword: token(24),
    authenticatorPassword: token(24),
    analystPassword: token(24),
    controlKey: token(24),
  };
}

function token(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}
