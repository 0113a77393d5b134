import { Template } from '@huggingface/jinja';
import { messageOf } from '../../base/errors';
import type { Turn } from '../types';
import { TextError } from './errors';
import { type Segment, align, between, mark } from './segments';
import { rewriteStripCalls, stripFunctions } from './stripCalls';

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
      rewriteStripCalls(this.template);
    } catch (error) {
      throw new TextError('bad-template', `${where} is not a chat template that can be read: ${messageOf(error)}`, { cause: error });
    }
  }

  /**
   * The conversation as segments, in order. A turn's text is never mistaken for the template's: the template is
   * rendered again with marks in place of the texts (or around them), and what stands between is the template's own.
   * @throws TextError `template-refused` when the template rejects the conversation or hides whose text is whose
   */
  render(turns: Turn[], systemPrompt: string | null): Segment[] {
    const own: Message[] = systemPrompt !== null && turns[0]?.role !== 'system' ? [{ role: 'system', content: systemPrompt }] : [];
    const messages = [...own, ...turns.map(({ role, text }) => ({ role, content: text }))];
    const contents = messages.map(({ content }) => content);
    const text = this.run(messages);
    const rendered = (texts: string[]) => this.tryRun(messages.map(({ role }, i) => ({ role, content: texts[i]! })));
    const segments = align(text, rendered(contents.map((_, i) => mark(i))), contents) ?? between(text, contents, rendered);
    if (!segments) throw new TextError('template-refused', `${this.where} changes the text of this conversation, so its tokens cannot be told apart.`);
    return segments.map((segment) => toTurn(segment, own.length));
  }

  private run(messages: Message[]): string {
    try {
      return this.template.render({ ...stripFunctions, ...this.variables, messages, add_generation_prompt: false });
    } catch (error) {
      throw new TextError('template-refused', `the chat template refuses this conversation: ${messageOf(error)}`, { cause: error });
    }
  }

  /** With other texts in place of the turns' own a template may raise what it does not raise for the row. */
  private tryRun(messages: Message[]): string | null {
    try {
      return this.run(messages);
    } catch {
      return null;
    }
  }
}

/** Segments count messages; the system prompt that a setting put first belongs to no turn of the row. */
function toTurn(segment: Segment, added: number): Segment {
  return segment.turn < added ? { ...segment, turn: -1, offset: 0 } : { ...segment, turn: segment.turn - added };
}
