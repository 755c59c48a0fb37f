import { writeFileSync } from 'node:fs';
import { temporaryFolder } from '../e2e/support/temporary-folder.ts';
import { schemaText } from '../src-main/engine/storage/schema-text.ts';
import { openStorage } from '../src-main/engine/storage/service.ts';

/** `npm run schema`: writes schema.sql anew after a migration was added. */
const folder = temporaryFolder('schema');
const storage = await openStorage(folder.path, { locationId: null, timeZone: null, now: () => new Date() });
writeFileSync(new URL('../src-main/engine/storage/schema.sql', import.meta.url), schemaText(storage.reader));
await storage.close();
folder.remove();
