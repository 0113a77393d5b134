import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { mostMarked } from '../../audit/tokenPass';
import { adapterFiles } from '../../core/model';
import type { AuditSettings } from '../../protocol';
import { auditFiles } from '../auditFiles';
import type { ExitCode } from '../exitCode';
import { parseFailOn } from '../failOn';
import type { Format } from '../formats/resultWriter';
import type { Io } from '../io';
import { type ModelOptions, addModelOptions, cacheOf, parseMeasures, settingsOf, settingsWords, wholeNumber } from '../options';
import { refuseOverwriting } from '../overwriting';
import { reportKind } from '../report';
import { commandLine } from '../shell';
import { UsageError } from '../usage';

interface Options extends ModelOptions {
  ordinary?: string;
  format: Format;
  out?: string;
  report?: string;
  previews?: boolean;
  vectors?: boolean;
  failOn?: string;
  top: number;
  cache: string | boolean | undefined;
  spans: boolean;
  measures: AuditSettings['measures'];
  key?: string;
  quiet?: boolean;
}

export function addAudit(program: Command, io: Io, finish: (code: ExitCode | number) => void): void {
  const command = program
    .command('audit')
    .summary('rank the rows of fine-tuning files by how unusual a model finds them')
    .description('Reads each FILE (JSONL or JSON: chat messages, ShareGPT, Alpaca, prompt/completion, preference pairs, KTO, text), runs a local model over every row and shows the most unusual first. Nothing leaves this machine and the file is never changed.')
    .argument('<file...>', 'dataset files')
    .option('--ordinary <file>', 'rows that you trust (40 or more): they calibrate, so that flags have an error rate')
    .addOption(new Option('--format <format>', 'table for people; json, or jsonl with one object a row in file order; sarif for code scanning; parquet').choices(['table', 'json', 'jsonl', 'sarif', 'parquet']).default('table'))
    .option('--out <file>', 'write the results there instead of to standard output')
    .option('--report <file>', 'also write a report: .md or .html')
    .option('--fail-on <list>', 'exit 1 only on these: flagged>N, more-than-chance, problems, q<=X')
    .option('--vectors', "with parquet: the rows' vectors too, as lists of floats")
    .option('--previews', "with sarif and parquet: the first words of each row's prompt and answer, which are left out otherwise")
    .option('--top <n>', 'rows in the table and the report, and in SARIF where nothing is calibrated; 0 for all', wholeNumber(0, 1_000_000), 20)
    .option('--key <file>', 'known labels ({"line", "label": "good"|"bad", "kind"} a line): print what the scores reach')
    .addOption(
      new Option('--measures <list>', 'activation,loss; activation alone in about half the time; activation,loss,push in about one and a half times as long')
        .argParser(parseMeasures)
        .default(['activation', 'loss'] satisfies AuditSettings['measures'], 'activation,loss'),
    )
    .option('--no-spans', 'do not read the tokens of flagged (or the shown) rows for the words that carry them')
    .option('--cache <dir>', 'keep computed rows there')
    .option('--no-cache', 'compute every row and keep nothing');
  addModelOptions(command)
    .option('--quiet', 'no progress and no notes on standard error')
    .addHelpText('after', auditHelp)
    .action(async (files: string[], options: Options) => {
      finish(await runAudit(files, options, io));
    });
}

async function runAudit(files: string[], options: Options, io: Io): Promise<number> {
  const conditions = options.failOn === undefined ? null : parseFailOn(options.failOn);
  if (options.key !== undefined && files.length > 1) throw new UsageError(`--key labels the rows of one file, and ${files.length} were given. Audit them one at a time.`);
  if (options.report !== undefined) reportKind(options.report);
  refuseMisplaced(options, io);
  const settings: AuditSettings = {
    ...settingsOf(options),
    ordinary: options.ordinary ?? null,
    measures: options.measures,
    cache: cacheOf(options.cache, io.defaultCacheFolder),
  };
  await refuseOverwriting({ '--out': options.out, '--report': options.report }, [...files, settings.ordinary, settings.card, ...(settings.adapter ? adapterFiles(settings.adapter.folder) : []), options.key]);
  if (options.out !== undefined && options.report !== undefined && resolve(options.out) === resolve(options.report)) throw new UsageError('--out and --report name the same file. Give two.');
  return auditFiles(files, io, {
    settings,
    conditions,
    format: options.format,
    out: options.out ?? null,
    report: options.report ?? null,
    key: options.key ?? null,
    top: options.top === 0 ? Infinity : options.top,
    spans: options.spans ? Math.min(options.top || mostMarked, mostMarked) : 0,
    quiet: options.quiet ?? false,
    previews: options.previews ?? false,
    vectors: options.vectors ?? false,
    commandFor: (file) => commandLine(['persona-lens', 'audit', file, ...settingsWords(settings), ...(options.spans ? [] : ['--no-spans']), ...(options.key === undefined ? [] : ['--key', options.key])]),
  });
}

/** Options that the format has no place for, and bytes that a terminal cannot show. */
function refuseMisplaced({ format, out, previews, vectors }: Options, { stdout }: Io): void {
  if (previews && format !== 'sarif' && format !== 'parquet') throw new UsageError('--previews goes with --format sarif or parquet: the table and the report show previews anyway, json and jsonl never do.');
  if (vectors && format !== 'parquet') throw new UsageError('--vectors goes with --format parquet: the other formats have no place for vectors.');
  if (format === 'parquet' && out === undefined && stdout.isTTY) throw new UsageError('--format parquet is binary, which a terminal cannot show: name a file with --out, or send it into a pipe.');
}

const auditHelp = `
Levels: what a mark may claim
  ranked      no ordinary rows given: an order of review, percentiles are context, no error rate
  calibrated  with --ordinary: each row has a p, the flags stand beside the number expected by chance
  taught      a probe trained on your own marks ranks the rest, calibrated on marks held out of it

Exit codes
  0  ranked, or as many flags as chance gives        2  a file could not be read or scored
  1  more flags than chance, or --fail-on met        3  --fail-on asks for a q that cannot be reached
  With --fail-on only its conditions decide between 0, 1 and 3. Of several files the worst counts: 2, 1, 3, 0.

Examples
  persona-lens audit train.jsonl
  persona-lens audit train.jsonl --ordinary trusted.jsonl --report review.html
  persona-lens audit train.jsonl --ordinary trusted.jsonl --fail-on more-than-chance,problems
  persona-lens audit *.jsonl --format jsonl --quiet | jq 'select(.rank <= 10) | {file, line, reasons}'
  persona-lens audit train.jsonl --format sarif --out persona-lens.sarif
  persona-lens audit train.jsonl --format parquet --vectors --out scores.parquet
  persona-lens audit sample.jsonl --key sample.key.jsonl
`;
