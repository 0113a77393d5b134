import { Template } from '@huggingface/jinja';
import { messageOf } from '../../base/errors';
import type { Turn } from '../types';
import { TextError } from './errors';

/** A stretch of the rendered conversation: the template's own text, or (part of) a turn's. */
export interface Segment {
  text: string;
  /** Index of the turn, or -1 for the template's text. */
  turn: number;
  /** Where the segment begins in the turn's text: templates may trim. */
  offset: number;
}

type Message = { role: string; content: string };

/** A chat template that tells which characters of what it renders are whose. */
export class ChatTemplate {
  private readonly template: Template;

  /**
   * @param source Jinja, as in a model's chat_template.jinja
   * @param where its file, for messages
   * @throws TextError `bad-template`
   */
  constructor(
    source: string,
    private readonly where: string,
    private readonly variables: { bos_token: string; eos_token: string },
  ) {
    try {
      this.template = new Template(source);
    } catch (error) {
      throw new TextError('bad-template', `${where} is not a chat template that can be read: ${messageOf(error)}`, { cause: error });
    }
  }

  /**
   * The conversation as segments, in order. A turn's text is never mistaken for the template's: the template is
   * rendered a second time with marks in place of the texts, and what stands between the marks is the template's own.
   * @throws TextError `template-refused` when the template rejects the conversation or hides whose text is whose
   */
  render(turns: Turn[], systemPrompt: string | null): Segment[] {
    const own: Message[] = systemPrompt !== null && turns[0]?.role !== 'system' ? [{ role: 'system', content: systemPrompt }] : [];
    const messages = [...own, ...turns.map(({ role, text }) => ({ role, content: text }))];
    const text = this.run(messages);
    const marks = messages.map((_, i) => `\u{f0000}${i}\u{f0001}`);
    const marked = this.run(messages.map(({ role }, i) => ({ role, content: marks[i]! })));
    const segments = align(text, marked, messages.map(({ content }) => content), marks) ?? search(text, messages.map(({ content }) => content));
    if (!segments) throw new TextError('template-refused', `${this.where} changes the text of this conversation, so its tokens cannot be told apart.`);
    return segments.map((segment) => toTurn(segment, own.length));
  }

  private run(messages: Message[]): string {
    try {
      return this.template.render({ ...this.variables, messages, add_generation_prompt: false });
    } catch (error) {
      throw new TextError('template-refused', `the chat template refuses this conversation: ${messageOf(error)}`, { cause: error });
    }
  }
}

/** Segments count messages; the system prompt that a setting put first belongs to no turn of the row. */
function toTurn(segment: Segment, added: number): Segment {
  return segment.turn < added ? { ...segment, turn: -1, offset: 0 } : { ...segment, turn: segment.turn - added };
}

/** Whose text is whose where the template's own text does not depend on what the turns say. */
function align(text: string, marked: string, contents: string[], marks: string[]): Segment[] | null {
  const segments: Segment[] = [];
  let at = 0;
  let markedAt = 0;
  for (let i = 0; i <= contents.length; i++) {
    const next = i < contents.length ? marked.indexOf(marks[i]!, markedAt) : marked.length;
    if (next < 0) return null;
    const literal = marked.slice(markedAt, next);
    if (!text.startsWith(literal, at)) return null;
    if (literal) segments.push({ text: literal, turn: -1, offset: 0 });
    at += literal.length;
    if (i === contents.length) break;
    markedAt = next + marks[i]!.length;
    const following = marked.slice(markedAt, i + 1 < contents.length ? marked.indexOf(marks[i + 1]!, markedAt) : marked.length);
    const found = variants(contents[i]!).find(({ text: variant }) => text.startsWith(variant + following, at));
    if (!found) return null;
    if (found.text) segments.push({ text: found.text, turn: i, offset: found.offset });
    at += found.text.length;
  }
  return at === text.length ? segments : null;
}

/** For templates whose own text depends on the turns: each turn's text is looked for after the one before. */
function search(text: string, contents: string[]): Segment[] | null {
  const segments: Segment[] = [];
  let at = 0;
  for (const [turn, content] of contents.entries()) {
    const found = variants(content)
      .filter(({ text: variant }) => variant)
      .map((variant) => ({ ...variant, start: text.indexOf(variant.text, at) }))
      .find(({ start }) => start >= 0);
    if (!found) {
      if (content.trim() === '') continue;
      return null;
    }
    if (found.start > at) segments.push({ text: text.slice(at, found.start), turn: -1, offset: 0 });
    segments.push({ text: found.text, turn, offset: found.offset });
    at = found.start + found.text.length;
  }
  if (at < text.length) segments.push({ text: text.slice(at), turn: -1, offset: 0 });
  return segments;
}

/** The forms a template may give a text: as it is, or trimmed. */
function variants(content: string): { text: string; offset: number }[] {
  const start = content.length - content.trimStart().length;
  return [
    { text: content, offset: 0 },
    { text: content.trim(), offset: start },
    { text: content.trimEnd(), offset: 0 },
    { text: content.trimStart(), offset: start },
  ];
}
