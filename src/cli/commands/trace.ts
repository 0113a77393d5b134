import { type Command, InvalidArgumentError, Option } from 'commander';
import { bytesWords, countWords } from '../../core/report';
import type { ResidualsRequest } from '../../protocol';
import { ExitCode } from '../exitCode';
import type { Io } from '../io';
import { type EngineOptions, addEngineOptions, cacheOf, engineSettings } from '../options';
import { streamOutput } from '../output';
import { toolName, toolVersion } from '../provenance';
import { neutralise } from '../terminal/neutralise';
import { UsageError } from '../usage';
import { withPipeline } from '../withPipeline';

interface Options extends EngineOptions {
  text?: string;
  chat?: boolean;
  ids?: number[];
  hook: string[];
  out: string;
}

export function addTrace(program: Command, io: Io, finish: (code: number) => void): void {
  const command = program
    .command('trace')
    .summary("write a text's residual stream to a file, to check it against another framework")
    .description('Runs one text through the model and writes its tokens, the residual stream at the hook points asked for and the logits after the last token as a .safetensors file.')
    .addOption(new Option('--text <text>', "the text, tokenised as the model's own tokenizer does (with bos where it adds one)").conflicts('ids'))
    .option('--chat', "the text is one user message in the model's chat template (add_generation_prompt=False)")
    .addOption(new Option('--ids <list>', 'token ids instead of a text, such as 1,2,3').argParser(parseIds))
    .addOption(new Option('--hook <names>', 'hook points, such as blocks.5.hook_resid_post,blocks.5.hook_resid_mid, or all').argParser(parseHooks).default(['all'], 'all'))
    .requiredOption('--out <file>', 'the .safetensors file to write');
  addEngineOptions(command)
    .addHelpText('after', traceHelp)
    .action(async (options: Options) => {
      finish(await runTrace(options, io));
    });
}

function runTrace(options: Options, io: Io): Promise<number> {
  return withPipeline(io, {}, async ({ auditor }) => {
    const settings = { ...engineSettings(options), cache: cacheOf(undefined, io.defaultCacheFolder) };
    const { path, model, tokens, hooks, bytes } = await auditor.residuals({ settings, input: inputOf(options), hooks: options.hook, out: options.out, software: `${toolName} ${toolVersion}` }, io.signal);
    await streamOutput(io.stdout).write(`${neutralise(`${path}: ids, ${countWords(hooks.length)} hook points of ${model} over ${countWords(tokens)} tokens, and logits (${bytesWords(bytes)})`)}\n`);
    return ExitCode.ok;
  });
}

/** @throws UsageError */
function inputOf({ text, chat, ids }: Options): ResidualsRequest['input'] {
  if (chat && text === undefined) throw new UsageError('--chat needs --text: the user message.');
  if (text !== undefined) return chat ? { message: text } : { text };
  if (ids === undefined) throw new UsageError('Give --text TEXT or --ids 1,2,3.');
  return { ids };
}

function parseIds(text: string): number[] {
  const ids = text.split(',').map((part) => part.trim());
  if (ids.some((id) => !/^\d{1,9}$/.test(id))) throw new InvalidArgumentError('Give token ids, such as 1,2,3.');
  return ids.map(Number);
}

const parseHooks = (text: string): string[] => text.split(',').map((name) => name.trim()).filter((name) => name !== '');

const traceHelp = `
The file holds ids [pos], each residual [pos, dModel] under its hook point's name, and logits [vocabulary] after the last token, in fp32; its
metadata name the model, its SHA-256 and what wrote it. Hook points are those of TransformerLens:
  blocks.0.hook_resid_pre     what enters the first block
  blocks.N.hook_resid_mid     between attention and MLP; blocks that add both at once have none
  blocks.N.hook_resid_post    what leaves block N: transformers' hidden_states[N + 1], but its last one is after the final norm

Examples
  persona-lens trace --text "The capital of France" --out france.safetensors
  persona-lens trace --model ./my-model --ids 1,2,3 --hook blocks.5.hook_resid_post --out trace.safetensors
  python -c "from safetensors.numpy import load_file; print({k: v.shape for k, v in load_file('trace.safetensors').items()})"
`;
