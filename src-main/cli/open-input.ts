import { accessSync, constants, createReadStream, type ReadStream, statSync } from 'node:fs';
import { BackhaulError } from '../contract/errors.ts';
import type { CommandContext } from './context.ts';

/** The lines a command reads: a file, or standard input for "-". @throws BackhaulError `invalid_input` */
export function openInput(context: CommandContext, file: string): ReadStream | NodeJS.ReadStream {
  if (file === '-') return process.stdin;
  const path = context.path(file);
  try {
    if (statSync(path).isDirectory()) throw new Error('it is a folder');
    accessSync(path, constants.R_OK);
  } catch (error) {
    throw new BackhaulError('invalid_input', `The file ${path} cannot be read: ${(error as Error).message}.`);
  }
  return createReadStream(path, { highWaterMark: 256 * 1024 });
}
