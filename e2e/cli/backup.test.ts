import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { BackupFile } from '../../src-main/contract/backup-calls.ts';
import { backhaul, type CommandResult, noSlots, startBackhaul } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('a backup is made beside a running engine, listed, and restored only when that has stopped', async () => {
  const folder = temporaryFolder('backup-commands');
  const dataDir = folder.path;
  // No cloud is there, and none is started.
  const env = {
    ...noSlots,
    BACKHAUL_API_ENABLED: 'false',
    SUPABASE_URL: 'http://127.0.0.1:9',
    SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_x',
  };
  const run = (...args: string[]): Promise<CommandResult> => backhaul(args, { dataDir, env });
  try {
    const engine = startBackhaul(['engine'], { dataDir, env });
    await engine.says(/./);
    const made = (await run('backup', 'create', '--json')).json<BackupFile>();
    expect((await run('backup', 'list', '--json')).json<BackupFile[]>()).toEqual([made]);
    const refused = await run('backup', 'restore', made.name);
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringMatching(/An engine runs.*stop it/)]);
    engine.child.kill('SIGTERM');
    await engine.finished;
    const db = new Database(join(dataDir, 'detection_data.db'));
    db.exec(`INSERT INTO sales_log (timestamp_utc, timestamp_est, product_name, quantity_delta, inventory_before, inventory_after)
      VALUES (1, 'x', 'Mango', 1, 2, 1)`);
    db.close();
    const restored = await run('backup', 'restore', made.name);
    expect([restored.code, restored.stdout]).toEqual([
      0,
      expect.stringContaining('comes over when the next engine'),
    ]);
    expect(readdirSync(dataDir).filter((name) => /\.(damaged|replaced)-/.test(name))).toEqual([
      expect.stringMatching(/^detection_data\.db\.replaced-\d{8}T\d{6}Z$/),
    ]);
    expect((await run('inventory', 'sales')).stdout).toContain('Mango');
    expect((await run('backup', 'restore', 'nothing')).code).toBe(2);
  } finally {
    folder.remove();
  }
});
