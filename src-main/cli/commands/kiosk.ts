import { Command } from 'commander';
import { openKioskPin } from '../../engine/config/kiosk-pin.ts';
import { type CommandContext, commandContext } from '../context.ts';
import { readSecret } from '../read-secret.ts';

export function kioskCommand(): Command {
  const kiosk = new Command('kiosk').description('the console as the only thing on its screen');
  kiosk
    .command('set-pin')
    .description('sets the PIN that leaves the kiosk, and opens a way that wrong tries have closed')
    .addHelpText(
      'after',
      [
        '',
        'Asks twice on a terminal and shows nothing; otherwise the first line of standard input is the PIN.',
        'It is never taken from the command line, where other programs can read it. 4 to 12 digits.',
        '',
        'Examples:',
        '  backhaul kiosk set-pin',
        '  backhaul kiosk set-pin < pin.txt',
      ].join('\n'),
    )
    .action((_options: unknown, command: Command) => setPin(commandContext(command)));
  return kiosk.addHelpText(
    'after',
    '\nExamples:\n  backhaul kiosk set-pin\n\nThe console opens as a kiosk with --kiosk, or by its settings.',
  );
}

async function setPin({ dataDir, output }: CommandContext): Promise<void> {
  const questions = ['New PIN (4 to 12 digits): ', 'The same again: '] as const;
  const pin = await readSecret(process.stdin, (text) => process.stderr.write(text), questions);
  await openKioskPin(dataDir, { now: () => new Date(), uptimeMs: () => performance.now() }).set(pin);
  output.result({ set: true }, () => 'The PIN is set. It leaves the kiosk from now on.');
}
