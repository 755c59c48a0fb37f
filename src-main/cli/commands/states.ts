import { Command } from 'commander';
import { createStateDeriver, readZonesFile, splitLines } from '../../engine/capture/service.ts';
import { commandContext, idOption } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { openInput } from '../open-input.ts';
import { printable } from '../output.ts';

interface StatesOptions {
  readonly detections: string;
  readonly zones: string;
  readonly location?: string;
  readonly camera?: string;
  readonly session?: string;
}

export function statesCommand(): Command {
  return new Command('states')
    .description('prints the state changes that detections make, as NDJSON; stores nothing')
    .requiredOption('--detections <file>', 'NDJSON of detections; "-" for standard input')
    .requiredOption('--zones <file>', "the camera's zones file")
    .option('--location <id>', 'wins over the zones file', idOption)
    .option('--camera <id>', 'wins over the zones file', idOption)
    .option('--session <id>', 'the session the detections belong to', idOption)
    .addHelpText('after', '\nExamples:\n  backhaul states --detections detections.ndjson --zones zones.json')
    .action(async (options: StatesOptions, command: Command) => {
      const context = commandContext(command);
      const { location, capture: _capture } = context.config();
      const zones = readZonesFile(context.path(options.zones));
      let refused = 0;
      const derive = createStateDeriver(zones, {
        sessionId: options.session ?? null,
        cameraId: options.camera ?? zones.cameraId,
        locationId: options.location ?? zones.locationId ?? location.id,
        timeZone: location.timezone ?? 'Asia/Shanghai',
        onRefused: (line, refusal) => {
          refused += 1;
          context.output.note(`line ${line}: ${refusal.code}: ${printable(refusal.message)}`);
        },
      });
      const input = openInput(context, options.detections);
      for await (const { bytes, number, tooLong } of splitLines(input)) {
        for (const change of derive(bytes, number, tooLong))
          process.stdout.write(`${JSON.stringify(change)}\n`);
      }
      process.exitCode = refused > 0 ? exitCode.partial : exitCode.done;
    });
}
