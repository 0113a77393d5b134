import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { defaultSettings } from '../audit/defaults';
import { ExpectedError } from '../base/errors';
import type { FieldMapping } from '../core/types';
import type { AuditSettings, ModelSettings, TemplateChoice } from '../protocol';

const path = z.string().max(4096).default('');
const field = z.string().min(1).max(200).optional();

/** Every setting under `personaLens.`, with its default; package.json says the same (a test compares them). */
export const settingsSchema = {
  card: path,
  ordinaryFile: path,
  maxTokens: z.number().int().min(16).max(131_072).default(2048),
  trainOn: z.enum(['all', 'last']).default('all'),
  systemPrompt: z.string().max(100_000).default(''),
  template: path.default('model'),
  mapping: z.strictObject({ prompt: field, response: field, system: field, messages: field, role: field, content: field }).default({}),
  'lens.show': z.enum(['flaggedOrTop', 'all', 'none']).default('flaggedOrTop'),
  'lens.top': z.number().int().min(1).max(1000).default(10),
  squiggles: z.boolean().default(true),
  push: z.boolean().default(true),
  'marks.author': z.string().max(200).default(''),
  autoReaudit: z.boolean().default(true),
  model: path,
  adapter: path,
  adapterScale: z.number().min(-10).max(10).default(1),
  threads: z.number().int().min(0).max(256).default(0),
  'cache.folder': path,
  'cache.maxMegabytes': z.number().int().min(0).max(1_048_576).default(2048),
  'engine.execPath': path,
  'engine.device': z.enum(['auto', 'cpu', 'webgpu']).default('auto'),
};

/** The user's own texts and paths: Copy Diagnostics only tells whether they are set. */
export const privateSettings: ReadonlySet<string> = new Set(['card', 'ordinaryFile', 'systemPrompt', 'template', 'marks.author', 'mapping', 'model', 'adapter', 'cache.folder', 'engine.execPath'] satisfies SettingName[]);

export type SettingName = keyof typeof settingsSchema;
export type SettingValue<Name extends SettingName> = z.output<(typeof settingsSchema)[Name]>;

/** Gives the setting's value as the editor has it. */
export type RawSettings = (name: SettingName) => unknown;

/** One setting, checked. What the user wrote wrong is named, never guessed. */
export function readSetting<Name extends SettingName>(raw: RawSettings, name: Name): SettingValue<Name> {
  const parsed = settingsSchema[name].safeParse(raw(name) ?? undefined);
  if (parsed.success) return parsed.data as SettingValue<Name>;
  const why = parsed.error.issues.map((issue) => [...issue.path, issue.message].join(': ')).join('; ');
  throw new ExpectedError('bad-setting', `The setting personaLens.${name} cannot be used: ${why}. Correct it in the settings.`);
}

/** One setting for drawing, where a message in the middle would help no one: a value that cannot be used counts as not set. */
export function displaySetting<Name extends SettingName>(raw: RawSettings, name: Name): SettingValue<Name> {
  const parsed = settingsSchema[name].safeParse(raw(name) ?? undefined);
  return (parsed.success ? parsed.data : settingsSchema[name].parse(undefined)) as SettingValue<Name>;
}

/** Where relative paths begin and where the cache lies unless told. */
export interface SettingPlaces {
  /** The workspace folder of the file; null outside a workspace. */
  folder: string | null;
  /** The extension's own storage folder. */
  storage: string;
}

/** What an audit of a file runs with. */
export function auditSettings(raw: RawSettings, places: SettingPlaces): AuditSettings {
  const file = (name: 'card' | 'ordinaryFile'): string | null => fromFolder(readSetting(raw, name), name, places);
  return {
    ...defaultSettings,
    ...modelSettings(raw, places),
    card: file('card'),
    ordinary: file('ordinaryFile'),
    maxTokens: readSetting(raw, 'maxTokens'),
    mapping: mappingOf(readSetting(raw, 'mapping')),
    trainOn: readSetting(raw, 'trainOn'),
    systemPrompt: readSetting(raw, 'systemPrompt') || null,
    template: templateOf(readSetting(raw, 'template'), places),
    measures: readSetting(raw, 'push') ? ['activation', 'loss', 'push'] : ['activation', 'loss'],
  };
}

/** Which model runs, and where. */
export function modelSettings(raw: RawSettings, places: SettingPlaces): ModelSettings {
  const [threads, adapter] = [readSetting(raw, 'threads'), fromFolder(readSetting(raw, 'adapter'), 'adapter', places)];
  return {
    model: fromFolder(readSetting(raw, 'model'), 'model', places),
    adapter: adapter === null ? null : { folder: adapter, scale: readSetting(raw, 'adapterScale') },
    threads: threads === 0 ? null : threads,
    device: readSetting(raw, 'engine.device'),
    cache: cacheOf(raw, places),
  };
}

/** Where vectors are kept and how large that may grow. */
export function cacheLocation(raw: RawSettings, { storage }: Pick<SettingPlaces, 'storage'>): { folder: string; maxBytes: number } {
  const folder = readSetting(raw, 'cache.folder');
  if (folder !== '' && !isAbsolute(folder)) {
    throw new ExpectedError('bad-setting', 'The setting personaLens.cache.folder must be an absolute path. Correct it in the settings.');
  }
  return { folder: folder || join(storage, 'cache'), maxBytes: readSetting(raw, 'cache.maxMegabytes') * 2 ** 20 };
}

function cacheOf(raw: RawSettings, places: SettingPlaces): AuditSettings['cache'] {
  const location = cacheLocation(raw, places);
  return location.maxBytes === 0 ? null : location;
}

function templateOf(value: string, places: SettingPlaces): TemplateChoice {
  if (value === '' || value === 'model') return { kind: 'model' };
  if (value === 'none') return { kind: 'none' };
  return { kind: 'file', path: fromFolder(value, 'template', places) ?? value };
}

function mappingOf(mapping: FieldMapping): FieldMapping | null {
  return Object.values(mapping).some((value) => value !== undefined) ? mapping : null;
}

function fromFolder(value: string, name: SettingName, { folder }: SettingPlaces): string | null {
  if (value === '') return null;
  if (isAbsolute(value)) return value;
  if (folder === null) {
    throw new ExpectedError('bad-setting', `The setting personaLens.${name} is a relative path, but no folder is open: give an absolute path.`);
  }
  return resolve(folder, value);
}
