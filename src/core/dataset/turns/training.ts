import type { Turn } from '../../types';
import { RowFault } from '../rowFault';

/**
 * Which turns train: the assistant's that no weight of 0 keeps out; under 'last' only the last of them. Throws where
 * nothing would train.
 */
export function applyTraining(turns: Turn[], rule: 'all' | 'last'): Turn[] {
  const last = turns.findLastIndex((turn) => turn.role === 'assistant');
  if (last === -1) throw new RowFault('no-response', 'This row has no assistant turn: there is no answer to train on. Add one, or remove the row.');
  const marked = turns.map((turn, index) => ({ ...turn, trains: turn.trains && (rule === 'all' || index === last) }));
  if (!marked.some((turn) => turn.trains)) {
    throw new RowFault('no-response', 'No turn of this row trains (every answer has weight 0). Remove the row, or give an answer a weight.');
  }
  const empty = marked.findIndex((turn) => turn.trains && !/\S/.test(turn.text));
  if (empty !== -1) throw new RowFault('empty', `Turn ${empty + 1} of this row is an answer without text. Fill it, or remove the row.`);
  return marked;
}
