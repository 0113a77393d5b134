import { type JsonNode, type JsonObject, type JsonString, kindName } from '../json/node';
import { RowFault } from '../rowFault';
import { optionalText } from '../turns/field';
import { makeTurn, stringPiece } from '../turns/piece';
import type { Shape } from './shape';

/**
 * Self-instruct: an instruction and `instances` of input and output. One record a row, so that rows and records agree:
 * the first instance whose output is not empty.
 */
export const instances: Shape = {
  id: 'instances',
  keys: ['instances'],
  fits: ({ members }) => members.get('instances')?.kind === 'array' && members.has('instruction'),
  read({ object }) {
    const instruction = optionalText(object, 'instruction');
    const { input, output } = firstAnswered(object.members.get('instances'));
    const asked = [instruction, input].filter((node) => node !== null);
    const turns = [makeTurn('assistant', [stringPiece(output)], output.range)];
    if (asked.length > 0) turns.unshift(makeTurn('user', asked.map((node) => stringPiece(node)), object.range));
    return [{ turns }];
  },
};

function firstAnswered(list: JsonNode | undefined): { input: JsonString | null; output: JsonString } {
  if (list === undefined) throw new RowFault('no-response', 'This row has no "instances": there is no answer to train on. Add it, or remove the row.');
  if (list.kind !== 'array') throw new RowFault('wrong-type', `"instances" is ${kindName(list)}; it must be a list.`);
  if (list.items.length === 0) throw new RowFault('no-response', '"instances" is an empty list: there is no answer to train on. Remove the row.');
  for (const [index, item] of list.items.entries()) {
    const instance = asInstance(item, index);
    const output = optionalText(instance, 'output');
    if (output && /\S/.test(output.value)) return { input: optionalText(instance, 'input'), output };
  }
  throw new RowFault('empty', 'No instance of this row has an output. Fill one, or remove the row.');
}

function asInstance(item: JsonNode, index: number): JsonObject {
  if (item.kind === 'object') return item;
  throw new RowFault('wrong-type', `Instance ${index + 1} is ${kindName(item)}; it must be an object with input and output.`);
}
