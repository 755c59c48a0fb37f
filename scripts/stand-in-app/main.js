// What Electron's own default application does when it is given a path, as far as development and tests
// need it: modules to load first (-r), then the application in that folder with its name and version.

import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const preloads = [];
let target;
for (let at = 1; at < process.argv.length && target === undefined; at += 1) {
  const argument = process.argv[at];
  if (argument === '-r' || argument === '--require') {
    at += 1;
    preloads.push(process.argv[at]);
  } else if (argument === '-v' || argument === '--version') {
    console.log(`v${process.versions.electron}`);
    process.exit(0);
  } else if (!argument.startsWith('-')) {
    target = resolve(argument);
  }
}

const require = createRequire(join(process.cwd(), 'noop.js'));
for (const preload of preloads) require(preload);

if (target === undefined) {
  console.error('usage: electron [-r module] <folder or file>');
  app.exit(2);
} else {
  process.defaultApp = true;
  let entry = target;
  let appPath = dirname(target);
  if (statSync(target).isDirectory()) {
    const description = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'));
    appPath = target;
    entry = join(target, description.main ?? 'index.js');
    if (description.version) app.setVersion(description.version);
    app.setName(description.productName ?? description.name ?? 'Electron');
  }
  app.setAppPath(appPath);
  await import(pathToFileURL(entry).href);
}
