import { type Command, InvalidArgumentError, Option } from 'commander';
import { defaultSettings } from '../audit/defaults';
import type { DeviceSetting, FieldMapping, TemplateChoice } from '../core/types';
import type { AuditSettings, ModelSettings } from '../protocol';
import { UsageError } from './usage';

/** What the cache may hold before the oldest goes: as the editor's setting. */
export const cacheLimitBytes = 2048 * 2 ** 20;

/** Options that decide which model runs, and where. */
export interface EngineOptions {
  model?: string;
  adapter?: string;
  scale?: number;
  threads?: number;
  device: DeviceSetting;
}

/** Options that decide what is computed, the same for `audit` and `inspect`. */
export interface ModelOptions extends EngineOptions {
  card?: string;
  maxTokens: number;
  trainOn: 'all' | 'last';
  systemPrompt?: string;
  template: TemplateChoice;
  map?: FieldMapping;
}

export function addModelOptions(command: Command): Command {
  command.option('--card <file>', "persona card (*.persona.json); the model's own unless told");
  return addEngineOptions(command)
    .option('--max-tokens <n>', 'rows longer than this are scored up to it and marked', wholeNumber(16, 131_072), defaultSettings.maxTokens)
    .addOption(new Option('--train-on <turns>', 'what your trainer trains on: all assistant turns or the last').choices(['all', 'last']).default('all'))
    .option('--system-prompt <text>', 'put before conversations that have none')
    .addOption(
      new Option('--template <model|none|file>', "chat template: the model's own, none (base models), or a Jinja file")
        .argParser(parseTemplate)
        .default({ kind: 'model' } satisfies TemplateChoice, 'model'),
    )
    .option('--map <fields>', 'field names of a file of no known shape: prompt=a.b,response=c (also system, messages, role, content)', parseMapping);
}

export function addEngineOptions(command: Command): Command {
  return addRunOptions(command.option('--model <dir>', 'folder of a model: config.json, safetensors and tokenizer.json as training or a download wrote them; the bundled one unless told'));
}

/** Those of a command that is told the model otherwise. */
export function addRunOptions(command: Command): Command {
  return command
    .option('--adapter <dir>', 'folder of a LoRA adapter of the model, as peft saves it: the tuned model is read')
    .option('--scale <s>', 'how much of the adapter: 0 is the model without it; 1 unless told', parseScale)
    .option('--threads <n>', 'processor threads; chosen by the runtime unless told', wholeNumber(1, 256))
    .addOption(new Option('--device <device>', 'cpu, webgpu (the GPU, or an error that says why not), or auto: the GPU where it passes a check and is not slower').choices(['auto', 'cpu', 'webgpu']).default(defaultSettings.device));
}

/** @throws UsageError */
export function engineSettings({ model, adapter, scale, threads, device }: EngineOptions): Omit<ModelSettings, 'cache'> {
  if (scale !== undefined && adapter === undefined) throw new UsageError('--scale goes with --adapter: it says how much of the adapter is added.');
  return { model: model ?? null, adapter: adapter === undefined ? null : { folder: adapter, scale: scale ?? 1 }, threads: threads ?? null, device };
}

export function settingsOf(options: ModelOptions): AuditSettings {
  return {
    ...defaultSettings,
    ...engineSettings(options),
    card: options.card ?? null,
    maxTokens: options.maxTokens,
    trainOn: options.trainOn,
    systemPrompt: options.systemPrompt ?? null,
    template: options.template,
    mapping: options.map ?? null,
  };
}

/** The words of a command line that give these settings again. */
export function settingsWords(settings: AuditSettings): string[] {
  const { card, model, adapter, ordinary, maxTokens, trainOn, systemPrompt, template, mapping, measures, threads, device, cache } = settings;
  const words: string[] = [];
  const say = (name: string, value: string | number | null, usual: string | number | null = null) => {
    if (value !== null && value !== usual) words.push(`--${name}`, String(value));
  };
  say('card', card);
  say('model', model);
  say('adapter', adapter && adapter.folder);
  say('scale', adapter && adapter.scale, 1);
  say('ordinary', ordinary);
  say('max-tokens', maxTokens, defaultSettings.maxTokens);
  say('train-on', trainOn, 'all');
  say('system-prompt', systemPrompt);
  say('template', template.kind === 'file' ? template.path : template.kind, 'model');
  say('map', mapping && Object.entries(mapping).map(([name, field]) => `${name}=${field}`).join(','));
  say('measures', measures.join(','), defaultSettings.measures.join(','));
  say('threads', threads);
  say('device', device, defaultSettings.device);
  if (cache === null) words.push('--no-cache');
  return words;
}

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    return value;
  };
}

/** Beyond these an adapter is nothing that was trained. */
const largestScale = 10;

export function parseScale(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(Math.abs(value) <= largestScale)) throw new InvalidArgumentError(`Give a number from -${largestScale} to ${largestScale}.`);
  return value;
}

function parseTemplate(text: string): TemplateChoice {
  return text === 'model' || text === 'none' ? { kind: text } : { kind: 'file', path: text };
}

const mappingFields = ['prompt', 'response', 'system', 'messages', 'role', 'content'] as const;

export function parseMapping(text: string): FieldMapping {
  const mapping: FieldMapping = {};
  for (const part of text.split(',')) {
    const [name, ...rest] = part.split('=');
    const field = mappingFields.find((known) => known === name?.trim());
    const path = rest.join('=').trim();
    if (!field) throw new InvalidArgumentError(`"${name}" is not one of ${mappingFields.join(', ')}.`);
    if (path === '') throw new InvalidArgumentError(`"${part}" names no field: give ${field}=path.to.field.`);
    mapping[field] = path;
  }
  return mapping;
}

export function parseMeasures(text: string): AuditSettings['measures'] {
  const names = text.split(',').map((name) => name.trim());
  const known = ['activation', 'loss', 'push'] as const;
  const unknown = names.find((name) => !known.some((measure) => measure === name));
  if (unknown !== undefined) throw new InvalidArgumentError(`"${unknown}" is not a measure this release computes: ${known.join(', ')}.`);
  if (!names.includes('activation')) throw new InvalidArgumentError('activation is needed: it decides the ranking.');
  return known.filter((measure) => names.includes(measure));
}

/** `--cache DIR`, `--no-cache` or neither. */
export function cacheOf(cache: string | boolean | undefined, usual: () => string): AuditSettings['cache'] {
  if (cache === false) return null;
  if (cache === '') throw new UsageError('--cache needs a folder.');
  return { folder: typeof cache === 'string' ? cache : usual(), maxBytes: cacheLimitBytes };
}
