import type { Role, Turn } from '../../types';
import { type JsonNode, type JsonObject, type JsonRow, kindName, present } from '../json/node';
import { RowFault } from '../rowFault';
import { readMessages } from './conversation';
import { optionalText } from './field';
import { makeTurn, type Piece, stringPiece } from './piece';

/** A field that holds one turn's text or a list of messages; nothing where it is absent or empty. */
export function readSide(node: JsonNode | undefined, role: Role, row: JsonRow, key: string): Turn[] {
  if (!present(node)) return [];
  switch (node.kind) {
    case 'string':
      return node.value === '' && role !== 'assistant' ? [] : [makeTurn(role, [stringPiece(node)], node.range)];
    case 'array':
      return readMessages(node, row, key);
    default:
      throw new RowFault('wrong-type', `"${key}" is ${kindName(node)}; it must be a string or a list of messages.`);
  }
}

/** Alpaca's prompt: system, history, then the instruction with its input on a line of its own. */
export function readInstruction(row: JsonRow, inputKey: string): Turn[] {
  const { object } = row;
  const pieces: Piece[] = [];
  const instruction = optionalText(object, 'instruction');
  if (instruction) pieces.push(stringPiece(instruction));
  const input = optionalText(object, inputKey);
  if (input) pieces.push(stringPiece(input));
  const asked = pieces.length > 0 ? [makeTurn('user', pieces, object.range)] : [];
  return [...readHistory(object), ...asked];
}

/** Earlier rounds, `[[question, answer], ...]`. */
function readHistory({ members }: JsonObject): Turn[] {
  const history = members.get('history');
  if (!present(history) || (history.kind === 'string' && history.value === '')) return [];
  if (history.kind !== 'array') throw badHistory();
  return history.items.flatMap((round) => {
    if (round.kind !== 'array') throw badHistory();
    const [question, answer] = round.items;
    if (question?.kind !== 'string' || answer?.kind !== 'string' || round.items.length !== 2) throw badHistory();
    return [makeTurn('user', [stringPiece(question)], question.range), makeTurn('assistant', [stringPiece(answer)], answer.range)];
  });
}

function badHistory(): RowFault {
  return new RowFault('wrong-type', `"history" must be a list of [question, answer] pairs of strings.`);
}
