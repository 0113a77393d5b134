import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TextError } from './errors';

export interface TemplateSource {
  /** Jinja. */
  source: string;
  /** Where it stands, for messages. */
  file: string;
}

/** @throws TextError `not-found` */
export async function readTemplate(file: string): Promise<TemplateSource> {
  const source = await readFile(file, 'utf8').catch(() => {
    throw new TextError('not-found', `The chat template ${file} cannot be read. Check the path, or choose the template "none" for a base model.`);
  });
  return { source, file };
}

/**
 * A model's own chat template: chat_template.jinja, or, in older folders, `chat_template` in tokenizer_config.json, which may be a list of named
 * ones.
 * @throws TextError `not-found` for a model without one
 */
export async function modelTemplate(folder: string): Promise<TemplateSource> {
  const file = join(folder, 'chat_template.jinja');
  const own = await readFile(file, 'utf8').catch(() => null);
  if (own !== null) return { source: own, file };
  const config = join(folder, 'tokenizer_config.json');
  const inside = templateIn(await readFile(config, 'utf8').catch(() => '{}'));
  if (inside !== null) return { source: inside, file: config };
  throw new TextError('not-found', `The model in ${folder} has no chat template (neither chat_template.jinja nor chat_template in tokenizer_config.json). Choose the template "none" for a base model, or the file of the template that training used.`);
}

function templateIn(configText: string): string | null {
  let template: unknown;
  try {
    template = (JSON.parse(configText) as { chat_template?: unknown } | null)?.chat_template;
  } catch {
    return null;
  }
  if (typeof template === 'string') return template;
  if (!Array.isArray(template)) return null;
  const named = (template as { name?: unknown; template?: unknown }[]).find((entry) => entry?.name === 'default')?.template;
  return typeof named === 'string' ? named : null;
}
