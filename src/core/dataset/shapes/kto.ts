import { type JsonObject, present } from '../json/node';
import { RowFault } from '../rowFault';
import { alpaca } from './alpaca';
import { messages } from './messages';
import { promptCompletion } from './promptCompletion';
import type { Shape } from './shape';
import { sharegpt } from './sharegpt';

/** TRL writes `label`, LLaMA-Factory also `kto_tag`. */
const LABELS = ['label', 'kto_tag'];

/** The shapes that a label can stand beside. */
const LABELLED = [messages, sharegpt, alpaca, promptCompletion];

function labelOf({ members }: JsonObject): boolean | null {
  const node = LABELS.map((key) => members.get(key)).find(present);
  return node?.kind === 'boolean' ? node.value === true : null;
}

/** KTO: an answer with a label that says whether it is desirable. As trainers do, only the last answer trains. */
export const kto: Shape = {
  id: 'kto',
  keys: LABELS,
  fits: (row) => labelOf(row) !== null && LABELLED.some((shape) => shape.fits(row)),
  read(row) {
    const desirable = labelOf(row.object);
    if (desirable === null) throw new RowFault('wrong-type', `The label of this row is missing, or neither true nor false.`);
    const answered = LABELLED.find((shape) => shape.fits(row.object));
    if (!answered) throw new RowFault('no-response', 'This row has a label, but no answer. Add the answer, or remove the row.');
    return answered.read(row).map((draft) => ({ ...draft, desirable, lastOnly: true }));
  },
};
