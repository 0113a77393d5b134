import type { PairSide, Turn } from '../../types';
import { type JsonNode, type JsonObject, type JsonRow, present } from '../json/node';
import { RowFault } from '../rowFault';
import { findList, readMessages, withSystem } from '../turns/conversation';
import { isHhString, readHhString } from '../turns/hhString';
import { COMMON_FIELDS, readMessage } from '../turns/message';
import { readInstruction, readSide } from '../turns/prompt';
import type { Draft, Shape } from './shape';

/** Names of the two sides; the second pair is OpenAI's. */
const SIDES = [
  ['chosen', 'rejected'],
  ['preferred_output', 'non_preferred_output'],
] as const;

const PROMPTS = ['prompt', 'question', 'query'];

/**
 * Preference pairs: two records a row. Only the last answer of each side trains, since what stands before it is the
 * same for both and cancels in the trainer's loss.
 */
export const preference: Shape = {
  id: 'preference',
  keys: SIDES.flat(),
  fits: ({ members }) => SIDES.some((keys) => keys.every((key) => members.has(key))),
  read(row) {
    const { members } = row.object;
    const [chosen, rejected] = SIDES.find((keys) => keys.some((key) => members.has(key))) ?? SIDES[0];
    const context = readContext(row);
    return [draft(row, context, chosen, 'chosen'), draft(row, context, rejected, 'rejected')];
  },
};

/** What stands before the answers. */
interface Context {
  turns: Turn[];
  /** It came as one string, which a side with user turns of its own repeats. */
  single: boolean;
}

function readContext(row: JsonRow): Context {
  const list = contextList(row.object);
  if (list) return { turns: readMessages(list.node, row, list.key), single: false };
  const key = PROMPTS.find((name) => present(row.object.members.get(name)));
  if (key === undefined) return { turns: readInstruction(row, 'input'), single: true };
  const prompt = row.object.members.get(key);
  if (prompt?.kind === 'string' && /^\s*Human:/.test(prompt.value)) return { turns: openHh(readHhString(prompt, row)), single: true };
  return { turns: readSide(prompt, 'user', row, key), single: prompt?.kind === 'string' };
}

/** A prompt in HH form ends with `Assistant:`, which the answer completes. */
function openHh(turns: Turn[]): Turn[] {
  const last = turns.at(-1);
  return last?.role === 'assistant' && last.text === '' ? turns.slice(0, -1) : turns;
}

/** `messages` or `conversations` of the row, or OpenAI's `input.messages`. */
function contextList(row: JsonObject): { key: string; node: JsonNode } | null {
  const own = findList(row);
  if (own) return own;
  const input = row.members.get('input');
  return input?.kind === 'object' ? findList(input) : null;
}

function draft(row: JsonRow, context: Context, key: string, side: PairSide): Draft {
  const answer = readAnswer(row, key);
  const turns = repeats(answer, context) ? answer : [...context.turns, ...answer];
  return { turns: withSystem(row, turns), side, lastOnly: true };
}

function readAnswer(row: JsonRow, key: string): Turn[] {
  const node = row.object.members.get(key);
  if (!present(node)) throw new RowFault('no-response', `This pair has no "${key}". Add it, or remove the row.`);
  if (node.kind === 'string' && isHhString(node.value)) return readHhString(node, row);
  if (node.kind === 'object') return [readMessage(node, row, `"${key}"`, { ...COMMON_FIELDS, defaultRole: 'assistant' })];
  return readSide(node, 'assistant', row, key);
}

/** Whether a side holds the prompt too, as in UltraFeedback: then the row's prompt must not stand twice. */
function repeats(answer: Turn[], context: Context): boolean {
  const asked = answer.find((turn) => turn.role === 'user');
  if (!asked) return false;
  return context.single || context.turns.some((turn) => turn.role === 'user' && turn.text === asked.text);
}
