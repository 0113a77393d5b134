import { type Command, InvalidArgumentError, Option } from 'commander';
import { addMarks, markLine, marksPath } from '../../audit/marks';
import { fileOutput } from '../../base/output';
import { CHANCE_TAIL } from '../../core/calibrate';
import { rowsWords } from '../../core/report';
import type { TeachResult } from '../../core/types';
import type { AuditSettings, TaughtFile } from '../../protocol';
import { ExitCode } from '../exitCode';
import { type Io, columnsOf } from '../io';
import { type Labels, readLabels } from '../labels';
import { type ModelOptions, addModelOptions, cacheOf, parseMeasures, settingsOf, wholeNumber } from '../options';
import { streamOutput } from '../output';
import { refuseOverwriting } from '../overwriting';
import { toolName, toolVersion } from '../provenance';
import { teachLines } from '../teachText';
import { colourDepth, paintFor } from '../terminal/colour';
import { safeJson } from '../terminal/neutralise';
import { UsageError } from '../usage';
import { withPipeline } from '../withPipeline';

interface Options extends ModelOptions {
  labels?: string;
  out?: string;
  saveMarks?: boolean;
  author?: string;
  report?: number[];
  format: 'table' | 'json';
  top: number;
  measures: AuditSettings['measures'];
  cache: string | boolean | undefined;
  quiet?: boolean;
}

export function addTeach(program: Command, io: Io, finish: (code: number) => void): void {
  const command = program
    .command('teach')
    .summary('teach a probe on rows marked good and bad, and rank the rest with it')
    .description("Teaches a probe on the marks of FILE's rows, on activations, push where every row has it, and TF-IDF together; says what it reaches on held-out marks beside the cheap alternatives, ranks every row and names the rows to mark next. Only rows that were not audited before run through the model.")
    .argument('<file>', 'dataset file')
    .option('--labels <file>', 'known labels ({"line", "label": "good"|"bad", "kind"} a line) instead of the marks beside the file')
    .option('--out <card>', 'save the taught probe as a persona card (*.persona.json), for --card')
    .option('--save-marks', 'add the labels to the marks beside the file (<name>.persona-lens.jsonl)')
    .option('--author <name>', 'written with the marks that --save-marks adds')
    .addOption(new Option('--report <list>', 'teach on that many of the labels, such as 10,20,50, and print what it reaches on rows of other questions').argParser(parseSizes))
    .addOption(new Option('--format <format>', 'table for people, or json').choices(['table', 'json']).default('table'))
    .option('--top <n>', 'rows of the ranking that are shown', wholeNumber(0, 1_000_000), 10)
    .addOption(new Option('--measures <list>', 'what is computed for rows that were not audited before').argParser(parseMeasures).default(['activation', 'loss'] satisfies AuditSettings['measures'], 'activation,loss'))
    .option('--cache <dir>', 'keep computed rows there')
    .option('--no-cache', 'compute every row and keep nothing');
  addModelOptions(command)
    .option('--quiet', 'no progress and no notes on standard error')
    .addHelpText('after', teachHelp)
    .action(async (file: string, options: Options) => {
      finish(await runTeach(file, options, io));
    });
}

async function runTeach(file: string, options: Options, io: Io): Promise<number> {
  const settings: AuditSettings = { ...settingsOf(options), measures: options.measures, cache: cacheOf(options.cache, io.defaultCacheFolder) };
  if (options.saveMarks && options.labels === undefined) throw new UsageError('--save-marks writes the labels of --labels KEY: without it the marks are the file beside already.');
  await refuseOverwriting({ '--out': options.out }, [file, settings.card, options.labels, marksPath(file)]);
  const labels = await readLabels(file, options.labels ?? null, settings);
  return withPipeline(io, { quiet: options.quiet, cache: settings.cache }, async ({ auditor, onEvent, note, endProgress }) => {
    const request = { path: file, settings, marks: labels.marks, ...(options.out === undefined ? {} : { card: { software: `${toolName} ${toolVersion}` } }), ...(options.report ? { report: options.report } : {}) };
    const result = await auditor.teach(request, onEvent, io.signal);
    endProgress();
    await tell(result, labels, options, io);
    if (options.saveMarks) {
      await addMarks(file, labels.marks.map(({ hash, label }) => markLine(hash, label, options.author ?? null)));
      note(`${rowsWords(labels.marks.length)} marked in ${marksPath(file)}`);
    }
    if (options.out !== undefined) await saveCard(result, options.out, note);
    return exitCode(result);
  });
}

async function tell({ card: _, ...result }: TaughtFile, labels: Labels, options: Options, io: Io): Promise<void> {
  const output = streamOutput(io.stdout);
  if (options.format === 'json') {
    await output.write(`${safeJson({ version: 1, tool: { name: toolName, version: toolVersion }, labels: { from: labels.from, faults: labels.faults }, ...result })}\n`);
    return;
  }
  const layout = { width: columnsOf(io.stdout, io.env), paint: paintFor(colourDepth(io.stdout, io.env)), top: options.top };
  await output.write(`${teachLines(result, labels, layout).join('\n')}\n`);
}

async function saveCard({ card, finding }: TaughtFile, path: string, note: (message: string) => void): Promise<void> {
  if (!card) return note(`${path} was not written: nothing was taught`);
  const output = await fileOutput(path);
  await output.write(`${JSON.stringify(card)}\n`);
  await output.end();
  note(`The card is in ${path}${finding === 'shown' ? '' : '; it says that its folds show nothing that may be claimed'}`);
}

/** Too few marks to teach anything is "could not run"; a probe that shows nothing ranks, and claims nothing. */
function exitCode({ finding, chance }: TeachResult): ExitCode {
  if (finding === null) return ExitCode.couldNotRun;
  return chance && chance.upperTail <= CHANCE_TAIL ? ExitCode.found : ExitCode.ok;
}

function parseSizes(text: string): number[] {
  const sizes = text.split(',').map((part) => Number(part.trim()));
  if (sizes.some((size) => !Number.isInteger(size) || size < 2 || size > 100_000)) throw new InvalidArgumentError('Give numbers of marks, such as 10,20,50.');
  return sizes;
}

const teachHelp = `
It takes 5 rows marked good and 5 marked bad to begin. What may be claimed
  nothing     the held-out figure does not clear chance, or TF-IDF taught on the same marks does better
  ranked      the figure holds: review from the top
  taught      with 40 rows marked good as well: each row has a p against held-out good marks, rows at p <= .05 are flagged

Exit codes
  0  taught, or as many flags as chance gives      2  the file could not be read or scored, or there are too few marks
  1  more flags than chance

Examples
  persona-lens teach train.jsonl
  persona-lens teach train.jsonl --labels known.key.jsonl --report 10,20,50
  persona-lens teach train.jsonl --out mine.persona.json && persona-lens audit other.jsonl --card mine.persona.json
`;
