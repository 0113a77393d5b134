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
  private constructor(
    private readonly plain: HfTokenizer,
    /** Content of the control tokens and their ids. */
    readonly controlTokens: ReadonlyMap<string, number>,
    /** Put before texts that go without a chat template, as the tokenizer's configuration asks; null for none. */
    readonly bos: string | null,
    readonly eos: string | null,
    readonly hash: string,
  ) {}

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
      const control = new Map((json.added_tokens ?? []).map(({ content, id }) => [content, id]));
      const name = (key: string) => tokenText(config[key]);
      return new Tokenizer(plain, control, config['add_bos_token'] === true ? name('bos_token') : null, name('eos_token'), sha256(text));
    } catch (error) {
      throw new TextError('bad-tokenizer', `${file} cannot be used: ${messageOf(error)}. Fetch the model's tokenizer again.`, { cause: error });
    }
  }

  /** Tokens of a text in which nothing is a control token. */
  encode(text: string): Pieces {
    if (text === '') return { ids: [], spans: [] };
    const tokens = this.plain.tokenize(text, { add_special_tokens: false });
    const { ids } = this.plain.encode(text, { add_special_tokens: false });
    return { ids, spans: tokens.length === ids.length ? tokenSpans(text, tokens) : null };
  }

  /** The token's own text, as stored (byte-level alphabet). */
  tokenText(id: number): string | undefined {
    return this.plain.id_to_token(id);
  }
}

/** tokenizer_config.json gives a control token as its text or as an object that holds it. */
function tokenText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const content = (value as { content?: unknown } | null | undefined)?.content;
  return typeof content === 'string' ? content : null;
}
