import type { CloudIdentity } from '../../contract/cloud-shapes.ts';
import { BackhaulError } from '../../contract/errors.ts';
import { localCloudStatus } from '../local-cloud/service.ts';
import { safeUrl } from './cloud-target.ts';

/** How a Supabase project is remembered as the cloud that the marks belong to (SPEC 3). */
export function projectIdentity(url: string): string {
  return `supabase:${url}`;
}

/** How a local cloud is remembered: by its project's id, since its address changes. */
export function localIdentity(projectId: string): string {
  return `local:${projectId}`;
}

/** The local cloud of a data directory; null where it does not run and so cannot say who it is. */
export async function runningLocalIdentity(dataDir: string): Promise<string | null> {
  const { connection } = await localCloudStatus(dataDir).catch(() => ({ connection: null }));
  return connection === null ? null : localIdentity(connection.projectId);
}

export function readIdentity(text: string): CloudIdentity {
  const url = /^supabase:(.+)$/u.exec(text)?.[1];
  return url === undefined ? { kind: 'local', url: null } : { kind: 'supabase', url };
}

/** As a sentence names it. */
export function nameOfIdentity(text: string): string {
  return readIdentity(text).url ?? 'the local cloud on this box';
}

/**
 * Whether the marks are known to belong to another cloud than the configured one.
 * @param recorded the identity that the database remembers; null before the first
 * @param url of the configured project; null for the local cloud
 * @param ownLocal identity of the local cloud here, null where it is not known: any local one is believed then
 */
export function belongsElsewhere(
  recorded: string | null,
  url: string | null,
  ownLocal: string | null,
): boolean {
  if (recorded === null) return false;
  if (readIdentity(recorded).kind === 'local')
    return url !== null || (ownLocal !== null && ownLocal !== recorded);
  return url === null || usableIdentity(url) !== recorded;
}

/** Null for an address that cannot be used, so that it is none that anything belongs to. */
function usableIdentity(url: string): string | null {
  try {
    return projectIdentity(safeUrl(url));
  } catch (error) {
    if (error instanceof BackhaulError) return null;
    throw error;
  }
}
