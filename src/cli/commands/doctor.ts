import type { Command } from 'commander';
import { findingLine, verdictLine } from '../../core/report';
import { ExitCode } from '../exitCode';
import type { Io } from '../io';
import { type EngineOptions, addRunOptions, cacheOf, engineSettings } from '../options';
import { streamOutput } from '../output';
import { toolName, toolVersion } from '../provenance';
import { neutralise, safeJson } from '../terminal/neutralise';
import { withPipeline } from '../withPipeline';

interface Options extends Omit<EngineOptions, 'model'> {
  json?: boolean;
}

export function addDoctor(program: Command, io: Io, finish: (code: number) => void): void {
  const command = program
    .command('doctor')
    .summary('say what a model is and whether it can be used here')
    .description('Looks at a model in the order in which it would be used: architecture, files, memory, tokenizer, chat template, device, adapter, hook points, parity, loss, speed, default card. What cannot fit is refused before any of it is loaded.')
    .argument('[path]', "the model's folder; the bundled one unless told")
    .option('--json', 'one JSON object, for programs');
  addRunOptions(command)
    .addHelpText('after', doctorHelp)
    .action(async (path: string | undefined, options: Options) => {
      finish(await runDoctor(path, options, io));
    });
}

function runDoctor(path: string | undefined, { json = false, ...options }: Options, io: Io): Promise<number> {
  return withPipeline(io, {}, async ({ auditor }) => {
    const output = streamOutput(io.stdout);
    const settings = { ...engineSettings({ ...options, ...(path === undefined ? {} : { model: path }) }), cache: cacheOf(undefined, io.defaultCacheFolder) };
    let written = Promise.resolve();
    const line = (text: string) => (written = written.then(() => output.write(`${neutralise(text)}\n`)));
    const check = await auditor.check({ settings }, (finding) => void (json || line(findingLine(finding))), io.signal);
    if (json) await output.write(`${safeJson({ version: 1, tool: { name: toolName, version: toolVersion }, ...check })}\n`);
    else {
      void line('');
      await line(verdictLine(check));
    }
    return check.usable ? ExitCode.ok : ExitCode.couldNotRun;
  });
}

const doctorHelp = `
Parity is the smallest cosine of the residual stream with the packaged reference or, where the model has none, with the same graph in plain
operators. Loss is that of a short English text beside what guessing gives.

Exit codes
  0  it can be used        2  it cannot

Examples
  persona-lens doctor ./my-model
  persona-lens doctor ./my-model --json
  persona-lens doctor ./my-model --adapter ./checkpoint-100
`;
