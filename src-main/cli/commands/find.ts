import { Command } from 'commander';

export function findCommand(): Command {
  return new Command('find');
}
