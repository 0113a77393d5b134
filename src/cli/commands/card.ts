import { type Command, Option } from 'commander';
import { twoDecimals } from '../../core/report';
import type { Estimate, Probe } from '../../core/types';
import type { DefaultCardResult } from '../../protocol';
import { ExitCode } from '../exitCode';
import type { Io } from '../io';
import { type ModelOptions, addModelOptions, cacheOf, settingsOf } from '../options';
import { streamOutput } from '../output';
import { toolName, toolVersion } from '../provenance';
import { neutralise, safeJson } from '../terminal/neutralise';
import { UsageError } from '../usage';
import { withPipeline } from '../withPipeline';

interface Options extends ModelOptions {
  hook?: string;
  format: 'table' | 'json';
  cache: string | boolean | undefined;
  quiet?: boolean;
}

export function addCard(program: Command, io: Io, finish: (code: number) => void): void {
  const card = program.command('card').summary('make what scores are made with').description('Persona cards: what a model is read with.');
  const command = card
    .command('default')
    .summary('make the default card of a model that has none')
    .description(
      "Runs the training pairs and the ordinary rows that come with the product through your own model: picks the block whose residual stream separates careful from bad answers best on domains that the probe did not see, trains and evaluates the default card there, and keeps it with the ordinary rows' vectors in the user's data folder. Audits of that model find it by themselves.",
    )
    .option('--hook <point>', 'read there (blocks.12.hook_resid_post) instead of comparing all blocks')
    .addOption(new Option('--format <format>', 'table for people, or json').choices(['table', 'json']).default('table'))
    .option('--cache <dir>', 'keep computed rows there')
    .option('--no-cache', 'keep nothing: a run that is stopped begins anew');
  addModelOptions(command)
    .option('--quiet', 'no progress and no notes on standard error')
    .addHelpText('after', '\nExamples\n  persona-lens card default --model ./my-model\n  persona-lens audit train.jsonl --model ./my-model\n')
    .action(async (options: Options) => {
      finish(await runDefault(options, io));
    });
}

async function runDefault(options: Options, io: Io): Promise<number> {
  if (options.model === undefined) throw new UsageError('--model DIR is needed: the bundled model comes with its default card.');
  const settings = { ...settingsOf(options), cache: cacheOf(options.cache, io.defaultCacheFolder) };
  return withPipeline(io, { quiet: options.quiet, cache: settings.cache }, async ({ auditor, onEvent, endProgress }) => {
    const result = await auditor.makeDefaultCard({ settings, hookPoint: options.hook ?? null, software: `${toolName} ${toolVersion}` }, onEvent, io.signal);
    endProgress();
    const text = options.format === 'json' ? safeJson({ version: 1, ...result }) : lines(result).map(neutralise).join('\n');
    await streamOutput(io.stdout).write(`${text}\n`);
    return ExitCode.ok;
  });
}

function lines({ model, folder, card, hookPoint, separations, referenceRows }: DefaultCardResult): string[] {
  return [
    ...(separations ? ['Blocks: mean AUROC of a probe on the training domain that it did not see', ...separations.map((auroc, block) => `  ${String(block).padStart(3)}  ${twoDecimals(auroc)}${hookPoint.startsWith(`blocks.${block}.`) ? '  chosen' : ''}`), ''] : []),
    `Default card of ${model}, read at ${hookPoint}; held-out domains, AUROC with 95 % intervals`,
    '',
    ...evidence(card.probes),
    '',
    `Reference  ${referenceRows} ordinary rows`,
    `Folder     ${folder}`,
  ];
}

function evidence(probes: readonly Probe[]): string[] {
  const area = (estimate: Estimate | null) => (estimate ? `${twoDecimals(estimate.value)} [${twoDecimals(estimate.low)}, ${twoDecimals(estimate.high)}]` : '-').padEnd(18);
  const head = `  ${'probe'.padEnd(26)}${['AUROC', 'loss, length out', 'TF-IDF', 'loss'].map((name) => name.padEnd(18)).join('')}nulls`;
  const rows = probes.flatMap(({ id, evidence: { rows: found } }) => {
    const all = found.find(({ domain }) => domain === 'all');
    return all ? [`  ${id.padEnd(26)}${area(all.auroc)}${area(all.residualised)}${area(all.tfidf)}${area(all.loss)}${twoDecimals(all.nullBand)}`] : [];
  });
  return [head, ...rows];
}
