import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { RecordTokenizer, TextError } from '../../src/core/text';
import { ChatTemplate } from '../../src/core/text/chatTemplate';
import type { Role } from '../../src/core/types';
import { folderWith, refusal } from '../support/folder';
import { golden, goldenJson } from '../support/golden';
import { bundledModel } from '../support/paths';
import { recordOf } from '../unit/text/support';

interface Conversation {
  name: string;
  messages: { role: Role; content: string; tool_calls?: unknown }[];
  tools: unknown;
  add_generation_prompt: boolean;
  template_kwargs: Record<string, unknown>;
  bos_token: string;
  text?: string;
  ids?: number[];
  assistant_char_spans_utf16?: [number, number][];
  assistant_token_mask?: number[];
  error?: { message: string };
}

/** What the product's rows do not carry: tools, variables of a template's own. */
const beyondRows = ({ tools, template_kwargs: kwargs }: Conversation) => Boolean(tools) || Object.keys(kwargs).length > 0;
/** Qwen3's template takes the reasoning out of earlier turns, so that these turns' tokens cannot be told apart: such rows are refused. */
const refused = (template: string, { name }: Conversation) => template === 'qwen3' && name === 'thinking';
/** The last words that the template writes with add_generation_prompt, which training rows do not have. */
const prompts: Record<string, string> = {
  smollm2: '<|im_start|>assistant\n',
  chatml: '<|im_start|>assistant\n',
  qwen3: '<|im_start|>assistant\n',
  llama3: '<|start_header_id|>assistant<|end_header_id|>\n\n',
  gemma: '<start_of_turn>model\n',
};
const turnEnds: Record<string, string> = { smollm2: '<|im_end|>', chatml: '<|im_end|>', qwen3: '<|im_end|>', llama3: '<|eot_id|>', gemma: '<end_of_turn>' };
const emptyReasoning = '<think>\n\n</think>\n\n';

/** UTF-8 bytes of each token, from tokenizer.json: a character of the byte-level alphabet is a byte. */
const byteLengths = new Map<number, number>();
{
  const json = JSON.parse(readFileSync(join(bundledModel, 'tokenizer.json'), 'utf8')) as { model: { vocab: Record<string, number> }; added_tokens: { id: number; content: string }[] };
  for (const [token, id] of Object.entries(json.model.vocab)) byteLengths.set(id, token.length);
  for (const { id, content } of json.added_tokens) byteLengths.set(id, content.length);
}
const asRow = ({ messages }: Conversation) => recordOf(messages.map(({ role, content }) => [role, content]));
const isControl = (id: number) => id <= 16;

describe.each(['smollm2', 'chatml', 'llama3', 'gemma', 'qwen3'])('%s', (template) => {
  const all = goldenJson<{ conversations: Conversation[] }>('chat', `${template}.json`).conversations;
  const rows = all.filter((conversation) => !beyondRows(conversation));
  const file = join(golden, 'chat/templates', `${template}.jinja`);
  const expectedText = (conversation: Conversation) =>
    conversation.add_generation_prompt ? conversation.text!.slice(0, -prompts[template]!.length) : conversation.text!;

  test('all but two of the ten conversations are rows', () => {
    expect(all.filter(beyondRows).map(({ name }) => name)).toEqual(['tool_call', 'thinking_disabled']);
    expect(rows).toHaveLength(8);
  });

  let tokenizer: RecordTokenizer;
  beforeAll(async () => {
    const folder = folderWith({ 'tokenizer_config.json': JSON.stringify({ bos_token: rows[0]!.bos_token, eos_token: '<|im_end|>' }) });
    symlinkSync(join(bundledModel, 'tokenizer.json'), join(folder, 'tokenizer.json'));
    tokenizer = await RecordTokenizer.load(folder, { kind: 'file', path: file }, null);
  });

  test('renders the same text', async () => {
    const chat = new ChatTemplate(readFileSync(file, 'utf8'), file, { bos_token: rows[0]!.bos_token, eos_token: '<|im_end|>' });
    for (const conversation of rows) {
      const { turns } = asRow(conversation);
      if (refused(template, conversation)) await refusal(() => chat.render(turns, null), TextError);
      else expect(chat.render(turns, null).map(({ text }) => text).join(''), conversation.name).toBe(expectedText(conversation));
    }
  });

  test('gives the same ids, and trains on what the mask covers but the markers', () => {
    for (const conversation of rows) {
      const { name } = conversation;
      if (refused(template, conversation) || name === 'no_system_prompt_only') continue;
      const { ids, response, templateMarkers } = tokenizer.tokenize(asRow(conversation), 4096);
      // What a row says is never a control token: there the ids differ from transformers' on purpose.
      expect(templateMarkers, name).toBe(name === 'special_token_text');
      if (name === 'special_token_text') continue;
      expect(tokenizer.tokenizer.decode([...ids]), name).toBe(expectedText(conversation));
      // The last token may merge with the generation prompt that the reference goes on with.
      const length = ids.length - (conversation.add_generation_prompt ? 1 : 0);
      expect([...ids.slice(0, length)], name).toEqual(conversation.ids!.slice(0, length));
      expect([...response.slice(0, length)], name).toEqual(ownMask(conversation).slice(0, length));
    }
  });

  test('a marker in a row is text: no more control tokens than the template writes', () => {
    const controls = (name: string) => {
      const row = asRow(rows.find((conversation) => conversation.name === name)!);
      return [...tokenizer.tokenize(row, 4096).ids].filter(isControl).length;
    };
    expect(controls('special_token_text')).toBe(controls('unicode_emoji'));
  });

  /** The golden mask without what the template writes within it: the turn's end, and Qwen3's empty reasoning. */
  function ownMask({ text, assistant_token_mask: mask, assistant_char_spans_utf16: spans, ids }: Conversation): number[] {
    const bytes = (to: number) => Buffer.byteLength(text!.slice(0, to));
    const own = spans!.map(([from, to]) => [bytes(from + (text!.startsWith(emptyReasoning, from) ? emptyReasoning.length : 0)), bytes(to - turnEnds[template]!.length)] as const);
    let at = 0;
    return ids!.map((id, i) => {
      const start = at;
      at += byteLengths.get(id)!;
      return mask![i] && own.some(([a, b]) => start < b && at > a) ? 1 : 0;
    });
  }
});
