import { Tokenizer as HfTokenizer } from '@huggingface/tokenizers';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../base/errors';
import { sha256 } from '../../base/hash';
import { type Span, tokenSpans } from './byteLevel';
import { TextError } from './errors';

/** Tokens of a piece of text with the characters they cover. */
export interface Pieces {
  ids: number[];
  /** Null where the tokenizer changes the text, so that characters cannot be told. */
  spans: Span[] | null;
}

interface AddedToken {
  id: number;
  content: string;
}

/**
 * A Hugging Face tokenizer that never makes a control token out of a row's text: control tokens are made only where
 * the caller says that the template put one.
 */
export class Tokenizer {
  private readonly controlText: ReadonlyMap<number, string>;
  private readonly controlPattern: RegExp | null;

  private constructor(
    private readonly plain: HfTokenizer,
    /** Content of the control tokens and their ids. */
    readonly controlTokens: ReadonlyMap<string, number>,
    readonly bosText: string,
    readonly eosText: string,
    /** Whether texts that go without a chat template begin with the bos token. */
    readonly addBos: boolean,
    readonly hash: string,
    private readonly whole: () => HfTokenizer,
  ) {
    this.controlText = new Map([...controlTokens].map(([content, id]) => [id, content]));
    const contents = [...controlTokens.keys()].sort((a, b) => b.length - a.length);
    this.controlPattern = contents.length ? new RegExp(contents.map(escapePattern).join('|')) : null;
  }

  /**
   * @param folder holds tokenizer.json and, optionally, tokenizer_config.json
   * @throws TextError `not-found`, `bad-tokenizer`
   */
  static async load(folder: string): Promise<Tokenizer> {
    const file = join(folder, 'tokenizer.json');
    const text = await readFile(file, 'utf8').catch(() => {
      throw new TextError('not-found', `${file} is missing. Fetch the model's tokenizer.`);
    });
    const configText = await readFile(join(folder, 'tokenizer_config.json'), 'utf8').catch(() => '{}');
    try {
      const json = JSON.parse(text) as { added_tokens?: AddedToken[] };
      const config = JSON.parse(configText) as Record<string, unknown>;
      const plain = new HfTokenizer({ ...json, added_tokens: [] }, config);
      const control = new Map((json.added_tokens ?? []).flatMap(({ content, id }) => (content ? [[content, id] as const] : [])));
      const bos = tokenText(config['bos_token']);
      const addBos = config['add_bos_token'] === true || (bos !== '' && plain.encode('').tokens[0] === bos);
      return new Tokenizer(plain, control, bos, tokenText(config['eos_token']), addBos, sha256(text), () => new HfTokenizer(json, config));
    } catch (error) {
      throw new TextError('bad-tokenizer', `${file} cannot be used: ${messageOf(error)}. Fetch the model's tokenizer again.`, { cause: error });
    }
  }

  /** The first control token that stands in a text. */
  firstControl(text: string): { start: number; length: number; id: number } | null {
    const match = this.controlPattern?.exec(text);
    return match ? { start: match.index, length: match[0].length, id: this.controlTokens.get(match[0])! } : null;
  }

  /** Tokens of a text in which nothing is a control token. */
  encode(text: string): Pieces {
    if (text === '') return { ids: [], spans: [] };
    const { ids, tokens } = this.plain.encode(text, { add_special_tokens: false });
    return { ids, spans: tokenSpans(text, tokens) };
  }

  /** Tokens of a text as the model's own library makes them: names of control tokens are control tokens, and the tokenizer adds its own. */
  encodeTrusted(text: string): number[] {
    const { ids } = this.whole().encode(text);
    const bos = this.controlTokens.get(this.bosText);
    return this.addBos && bos !== undefined && ids[0] !== bos ? [bos, ...ids] : ids;
  }

  /** One more than the largest id that it can give. */
  size(): number {
    let size = 0;
    for (const ids of [this.plain.get_vocab(false).values(), this.controlTokens.values()]) for (const id of ids) size = Math.max(size, id + 1);
    return size;
  }

  /** The text of tokens, control tokens included. A character that is spread over tokens is whole only with all of them. */
  decode(ids: number[]): string {
    const pieces: string[] = [];
    let plain: number[] = [];
    const flush = () => {
      if (plain.length) pieces.push(this.plain.decode(plain, { skip_special_tokens: false }));
      plain = [];
    };
    for (const id of ids) {
      const control = this.controlText.get(id);
      if (control === undefined) {
        plain.push(id);
        continue;
      }
      flush();
      pieces.push(control);
    }
    flush();
    return pieces.join('');
  }
}

/** tokenizer_config.json gives a control token as its text or as an object that holds it. */
function tokenText(value: unknown): string {
  if (typeof value === 'string') return value;
  const content = (value as { content?: unknown } | null | undefined)?.content;
  return typeof content === 'string' ? content : '';
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
