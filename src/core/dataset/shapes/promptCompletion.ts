import { type JsonObject, present } from '../json/node';
import { RowFault } from '../rowFault';
import { withSystem } from '../turns/conversation';
import { readSide } from '../turns/prompt';
import type { Shape } from './shape';

/** Names of the prompt and of the answer, in the order in which they are looked for. */
const PAIRS = [
  ['prompt', 'completion'],
  ['prompt', 'response'],
  ['question', 'answer'],
  ['question', 'response'],
  ['query', 'response'],
  ['input', 'output'],
] as const;

function pairOf({ members }: JsonObject): readonly [string, string] | null {
  return PAIRS.find(([prompt, answer]) => members.has(prompt) && members.has(answer)) ?? null;
}

/** A prompt and its answer, each a string or a list of messages (TRL). An empty prompt gives no turn. */
export const promptCompletion: Shape = {
  id: 'prompt-completion',
  keys: [...new Set(PAIRS.flat())],
  fits: (row) => pairOf(row) !== null,
  read(row) {
    const { members } = row.object;
    const [promptKey, answerKey] = pairOf(row.object) ?? PAIRS.find(([prompt]) => members.has(prompt)) ?? PAIRS[0];
    const answer = members.get(answerKey);
    if (!present(answer)) {
      throw new RowFault('no-response', `This row has no "${answerKey}": there is no answer to train on. Add it, or remove the row.`);
    }
    const turns = [...readSide(members.get(promptKey), 'user', row, promptKey), ...readSide(answer, 'assistant', row, answerKey)];
    return [{ turns: withSystem(row, turns) }];
  },
};
