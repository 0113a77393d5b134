import { answerText } from '../turns/field';
import { makeTurn, stringPiece } from '../turns/piece';
import type { Shape } from './shape';

/** Plain text for a base model: all of it trains. */
export const text: Shape = {
  id: 'text',
  keys: ['text'],
  fits: ({ members }) => members.get('text')?.kind === 'string',
  read({ object }) {
    const node = answerText(object, 'text');
    return [{ turns: [makeTurn('assistant', [stringPiece(node)], node.range)] }];
  },
};
