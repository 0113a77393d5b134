import { type Command, Option } from 'commander';
import type { PairSide } from '../../core/types';
import type { InspectedProbe, RowInspection } from '../../protocol';
import { ExitCode } from '../exitCode';
import { inspectionLines } from '../inspectText';
import { type Io, columnsOf } from '../io';
import { type ModelOptions, addModelOptions, settingsOf, wholeNumber } from '../options';
import { streamOutput } from '../output';
import { findRow, parsePlace } from '../place';
import { readCardOf } from '../provenance';
import { colourDepth, paintFor } from '../terminal/colour';
import { UsageError } from '../usage';
import { withPipeline } from '../withPipeline';

interface Options extends ModelOptions {
  probe?: string;
  side?: PairSide;
  index?: number;
}

export function addInspect(program: Command, io: Io, finish: (code: number) => void): void {
  const command = program
    .command('inspect')
    .summary("show a row's tokens shaded by a probe, and its top latents")
    .description("Shows one row as a conversation, each token that is trained on shaded by what a probe reads there, then the latents that stand out in it and what they were compared with.")
    .argument('<file:line>', 'the row on that line; in a JSON array the line where it begins')
    .option('--probe <id>', "probe of the card to shade by; the card's default unless told")
    .addOption(new Option('--side <side>', 'side of a preference pair').choices(['chosen', 'rejected']))
    .option('--index <n>', 'row number from 0, where several rows share a line', wholeNumber(0, Number.MAX_SAFE_INTEGER));
  addModelOptions(command)
    .addHelpText('after', inspectHelp)
    .action(async (place: string, options: Options) => {
      finish(await runInspect(place, options, io));
    });
}

async function runInspect(text: string, options: Options, io: Io): Promise<number> {
  const settings = settingsOf(options);
  const place = parsePlace(text, options.index ?? null);
  const record = await findRow(place, options.side ?? null, settings);
  const card = await readCardOf(settings, io.modelsFolder);
  return withPipeline(io, {}, async ({ auditor }) => {
    const side = record.side ? { side: record.side } : {};
    const inspection = await auditor.inspect({ path: place.file, settings, index: record.index, ...side }, io.signal);
    const probe = chosenProbe(inspection, options.probe ?? card?.default.probe ?? null, options.probe !== undefined);
    const layout = { width: columnsOf(io.stdout, io.env), paint: paintFor(colourDepth(io.stdout, io.env)) };
    await streamOutput(io.stdout).write(`${inspectionLines(place.file, inspection, probe, layout).join('\n')}\n`);
    return ExitCode.ok;
  });
}

/** @throws UsageError where the probe asked for has no values a token */
function chosenProbe({ probes }: RowInspection, id: string | null, asked: boolean): InspectedProbe {
  const found = probes.find((probe) => probe.id === id) ?? (asked ? undefined : probes[0]);
  if (found) return found;
  throw new UsageError(`The card has no probe "${id}" that reads single tokens. Choose one of ${probes.map((probe) => probe.id).join(', ')}.`);
}

const inspectHelp = `
Amber tokens read above the middle of the reference rows, blue ones below; without colour marks from ▁ to █ stand
under each line. The shading is relative to the row's own strongest tokens.

Examples
  persona-lens inspect train.jsonl:212
  persona-lens inspect train.jsonl:212 --probe contrast
  persona-lens inspect pairs.json:40 --side rejected
`;
