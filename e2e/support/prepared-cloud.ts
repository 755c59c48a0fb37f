import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createPrivateFile } from '../../src-main/engine/files/private-file.ts';
import { localCloudPaths } from '../../src-main/engine/local-cloud/paths.ts';
import { type LocalCloudSecrets, readOrCreateSecrets } from '../../src-main/engine/local-cloud/secrets.ts';
import { openLocalCloud } from '../../src-main/engine/local-cloud/service.ts';
import { temporaryFolder } from './temporary-folder.ts';

const variable = 'PREPARED_CLOUD_FOLDER';

/**
 * Before all tests of a run: gives their processes one place for the database that prepareCloud copies. Nothing is
 * made until the first of them asks for it.
 * @returns removes the place after the last test
 */
export default function placeForPreparedCloud(): () => void {
  const place = temporaryFolder('prepared');
  process.env[variable] = place.path;
  return () => place.remove();
}

/**
 * Leaves a data directory as if its local cloud had been started and ended before: the database of a first start,
 * with no record in it and with secrets of its own. Then the next start need not make it, which takes longer than
 * everything else. Does nothing where the run has no place for it; a test of the first start itself never calls this.
 */
export async function prepareCloud(dataDir: string): Promise<void> {
  const place = process.env[variable];
  if (place === undefined) return;
  const made = localCloudPaths(join(place, 'made'));
  if (!existsSync(made.dataDir)) await makeOnce(place, made.dataDir);
  const paths = localCloudPaths(dataDir);
  const own = await readOrCreateSecrets(paths);
  // The only secret that is kept in the database and not set at each start.
  const { superuserPassword } = JSON.parse(readFileSync(made.secrets, 'utf8')) as LocalCloudSecrets;
  rmSync(paths.secrets);
  await createPrivateFile(paths.secrets, JSON.stringify({ ...own, superuserPassword }));
  // With the owner and the modes, on which PostgreSQL insists.
  execFileSync('cp', ['-a', made.database, paths.database]);
}

/** Processes that do this at the same moment make one each; the first to be ready is kept. */
async function makeOnce(place: string, dataDir: string): Promise<void> {
  const draft = mkdtempSync(join(place, 'draft-'));
  const lease = await openLocalCloud(draft);
  await lease.close();
  try {
    renameSync(draft, dataDir);
  } catch (error) {
    if (!existsSync(dataDir)) throw error;
  }
}
