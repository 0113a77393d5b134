import { type JsonObject, present } from '../json/node';
import { withSystem } from '../turns/conversation';
import { answerText } from '../turns/field';
import { makeTurn, stringPiece } from '../turns/piece';
import { readInstruction } from '../turns/prompt';
import type { Shape } from './shape';

/** Alpaca's `output`; Dolly writes `response`. */
const ANSWERS = ['output', 'response'];

function answerKey({ members }: JsonObject): string {
  return ANSWERS.find((key) => present(members.get(key))) ?? 'output';
}

/** Alpaca: instruction, input, output, with system and history where given. Dolly's `context` stands for `input`. */
export const alpaca: Shape = {
  id: 'alpaca',
  keys: ['instruction', ...ANSWERS],
  fits: ({ members }) => members.has('instruction') && ANSWERS.some((key) => members.has(key)),
  read(row) {
    const answer = answerText(row.object, answerKey(row.object));
    const inputKey = row.object.members.has('input') ? 'input' : 'context';
    const turns = [...readInstruction(row, inputKey), makeTurn('assistant', [stringPiece(answer)], answer.range)];
    return [{ turns: withSystem(row, turns) }];
  },
};
