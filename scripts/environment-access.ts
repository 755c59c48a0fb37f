import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectRoot } from './run-command.ts';

/** Where the environment may be read; the rest of the product gets a configuration. */
const allowed = [/^src-main\/engine\/config\//, /\.test\.tsx?$/];

/** Lines of the product that read `process.env` outside the configuration, as `file:line`. */
export function findEnvironmentAccess(): readonly string[] {
  return ['src-main', 'src-preload', 'src-renderer'].flatMap((folder) =>
    sourceFiles(join(projectRoot, folder)).flatMap(environmentLines),
  );
}

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name));
}

function environmentLines(path: string): readonly string[] {
  const name = relative(projectRoot, path).replaceAll('\\', '/');
  if (allowed.some((pattern) => pattern.test(name))) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, index) =>
      /process\s*\.\s*env\b|\benv\s*}\s*=\s*process\b/.test(line) ? [`${name}:${index + 1}`] : [],
    );
}
