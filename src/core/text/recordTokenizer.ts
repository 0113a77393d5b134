import { canonicalJson, sha256 } from '../../base/hash';
import type { DatasetRecord, TemplateChoice, TokenizedRecord, Turn } from '../types';
import { ChatTemplate } from './chatTemplate';
import { TextError } from './errors';
import { type Segment } from './segments';
import { modelTemplate, readTemplate } from './templateSource';
import { Tokenizer } from './tokenizer';

/** Turns records into tokens as the user's trainer would, with each token's turn, characters and whether it trains. */
export class RecordTokenizer {
  private constructor(
    readonly tokenizer: Tokenizer,
    private readonly template: ChatTemplate | null,
    private readonly systemPrompt: string | null,
    /** What decides the tokens beside the tokenizer: the template's text and the system prompt. */
    readonly templateHash: string,
  ) {}

  /**
   * @param folder the model's folder: tokenizer.json, and the chat template
   * @throws TextError `not-found`, `bad-tokenizer`, `bad-template`
   */
  static async load(folder: string, choice: TemplateChoice, systemPrompt: string | null): Promise<RecordTokenizer> {
    const tokenizer = await Tokenizer.load(folder);
    if (choice.kind === 'none') return new RecordTokenizer(tokenizer, null, null, 'none');
    const { source, file } = choice.kind === 'file' ? await readTemplate(choice.path) : await modelTemplate(folder);
    const template = new ChatTemplate(source, file, { bos_token: tokenizer.bosText, eos_token: tokenizer.eosText });
    return new RecordTokenizer(tokenizer, template, systemPrompt, sha256(canonicalJson({ source, systemPrompt })));
  }

  /**
   * Tokens of a record, cut to `maxTokens`.
   * @throws TextError `template-refused`; `no-response` when nothing that trains is left
   */
  tokenize(record: DatasetRecord, maxTokens: number): TokenizedRecord {
    const plain = !this.template || record.shape === 'text';
    const tokens = this.tokens(this.segments(record), plain && this.tokenizer.addBos);
    const truncated = tokens.ids.length > maxTokens;
    const length = Math.min(tokens.ids.length, maxTokens);
    // Nothing predicts the first token, so nothing trains on it.
    const response = Uint8Array.from({ length }, (_, i) => (i > 0 && record.turns[tokens.turnOf[i]!]?.trains ? 1 : 0));
    if (!response.includes(1))
      throw new TextError('no-response', truncated ? `no response within the first ${maxTokens} tokens. Raise the limit, or shorten the prompt.` : 'no response token that trains.');
    return {
      hash: record.hash,
      ids: Int32Array.from(tokens.ids.slice(0, length)),
      turnOf: Int16Array.from(tokens.turnOf.slice(0, length)),
      charStart: Uint32Array.from(tokens.charStart.slice(0, length)),
      charEnd: Uint32Array.from(tokens.charEnd.slice(0, length)),
      response,
      truncated,
      templateMarkers: this.holdsMarkers(record.turns),
    };
  }

  /**
   * Tokens of one user message in the chat template, without what asks for an answer.
   * @throws TextError `template-refused`
   */
  userMessage(text: string): number[] {
    if (!this.template) throw new TextError('template-refused', 'without a chat template there are no messages.');
    const turn: Turn = { role: 'user', text, range: { start: 0, end: 0 }, parts: [], trains: false };
    return this.tokens(this.template.render([turn], this.systemPrompt), false).ids;
  }

  private tokens(segments: Segment[], withBos: boolean): TokenList {
    const tokens: TokenList = { ids: [], turnOf: [], charStart: [], charEnd: [] };
    const bos = withBos ? this.tokenizer.controlTokens.get(this.tokenizer.bosText) : undefined;
    if (bos !== undefined) push(tokens, bos);
    for (const run of this.plainRuns(segments)) {
      if (typeof run === 'number') push(tokens, run);
      else this.encodeRun(run, tokens);
    }
    return tokens;
  }

  private segments(record: DatasetRecord): Segment[] {
    if (this.template && record.shape !== 'text') return this.template.render(record.turns, this.systemPrompt);
    return record.turns.flatMap((turn, i) => [
      ...(i > 0 ? [{ text: '\n', turn: -1, offset: 0 }] : []),
      { text: turn.text, turn: i, offset: 0 },
    ]);
  }

  /** Splits at the control tokens that the template wrote; what a turn says is never one. */
  private plainRuns(segments: Segment[]): (number | Segment[])[] {
    const runs: (number | Segment[])[] = [];
    let current: Segment[] = [];
    const flush = () => {
      if (current.length) runs.push(current);
      current = [];
    };
    for (const segment of segments) {
      if (segment.turn >= 0) {
        current.push(segment);
        continue;
      }
      let rest = segment.text;
      for (let found = this.tokenizer.firstControl(rest); found; found = this.tokenizer.firstControl(rest)) {
        if (found.start > 0) current.push({ text: rest.slice(0, found.start), turn: -1, offset: 0 });
        flush();
        runs.push(found.id);
        rest = rest.slice(found.start + found.length);
      }
      if (rest) current.push({ text: rest, turn: -1, offset: 0 });
    }
    flush();
    return runs;
  }

  /** Encodes neighbouring segments as one text, as the trainer's tokenizer sees them, and gives each token to the turn it overlaps. */
  private encodeRun(run: Segment[], tokens: TokenList): void {
    const { ids, spans } = this.tokenizer.encode(run.map(({ text }) => text).join(''));
    if (!spans) return this.encodeSeparately(run, tokens);
    const bounds: number[] = [0];
    for (const { text } of run) bounds.push(bounds.at(-1)! + text.length);
    let first = 0;
    ids.forEach((id, i) => {
      const span = spans[i]!;
      while (first < run.length - 1 && bounds[first + 1]! <= span.start) first++;
      let owner = first;
      while (owner < run.length - 1 && run[owner]!.turn < 0 && bounds[owner + 1]! < span.end) owner++;
      const { turn, offset, text } = run[owner]!;
      if (turn < 0) return push(tokens, id);
      const within = (position: number) => offset + Math.min(Math.max(position - bounds[owner]!, 0), text.length);
      push(tokens, id, turn, within(span.start), within(span.end));
    });
  }

  /** Where the tokenizer changes the text, tokens cannot be traced to characters: each turn is encoded by itself, its tokens without a range. */
  private encodeSeparately(run: Segment[], tokens: TokenList): void {
    for (const { text, turn } of run) for (const id of this.tokenizer.encode(text).ids) push(tokens, id, turn);
  }

  /** Whether a turn's text holds one of the template's own markers. */
  holdsMarkers(turns: Turn[]): boolean {
    return turns.some(({ text }) => this.tokenizer.firstControl(text) !== null);
  }
}

interface TokenList {
  ids: number[];
  turnOf: number[];
  charStart: number[];
  charEnd: number[];
}

function push(tokens: TokenList, id: number, turn = -1, start = 0, end = 0): void {
  tokens.ids.push(id);
  tokens.turnOf.push(turn);
  tokens.charStart.push(start);
  tokens.charEnd.push(end);
}
