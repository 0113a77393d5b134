import type { FieldMapping } from '../../types';
import { DatasetError } from '../datasetError';
import { type JsonNode, type JsonRow, kindName, present } from '../json/node';
import { RowFault } from '../rowFault';
import { readMessages } from '../turns/conversation';
import { COMMON_FIELDS, type MessageFields } from '../turns/message';
import { makeTurn, stringPiece } from '../turns/piece';
import { readSide } from '../turns/prompt';
import type { Draft, Shape } from './shape';

/** The node at a dotted path; a number is a place in a list, and a field whose name holds dots is found by its name. */
export function nodeAt(from: JsonNode, path: string): JsonNode | undefined {
  if (from.kind === 'object' && from.members.has(path)) return from.members.get(path);
  let node: JsonNode | undefined = from;
  for (const step of path.split('.')) {
    if (node?.kind === 'object') node = node.members.get(step);
    else if (node?.kind === 'array' && /^\d+$/.test(step)) node = node.items[Number(step)];
    else return undefined;
  }
  return node;
}

/** The shape that the user's own field names describe. */
export function mappingShape(mapping: FieldMapping): Shape {
  const { messages, response } = mapping;
  if (messages === undefined && response === undefined) {
    throw new DatasetError('bad-mapping', 'The field mapping names neither "response" nor "messages". Name the field that holds the answer.');
  }
  return {
    id: 'mapping',
    keys: Object.values(mapping).flatMap((path: string) => [path, path.split('.')[0] ?? path]),
    fits: (row) => (messages !== undefined ? nodeAt(row, messages)?.kind === 'array' : nodeAt(row, response ?? '') !== undefined),
    read: (row) => [messages !== undefined ? readList(row, mapping, messages) : readPair(row, mapping, response ?? '')],
  };
}

function readList(row: JsonRow, mapping: FieldMapping, path: string): Draft {
  const list = nodeAt(row.object, path);
  if (!present(list)) throw new RowFault('no-response', `This row has no "${path}" (named by the field mapping). Add it, or remove the row.`);
  return { turns: withMappedSystem(row, mapping, readMessages(list, row, path, fieldsOf(mapping))) };
}

function fieldsOf({ role, content }: FieldMapping): MessageFields {
  return {
    role: role === undefined ? COMMON_FIELDS.role : (message) => nodeAt(message, role),
    content: content === undefined ? COMMON_FIELDS.content : (message) => nodeAt(message, content),
  };
}

function readPair(row: JsonRow, mapping: FieldMapping, path: string): Draft {
  const answer = nodeAt(row.object, path);
  if (!present(answer)) throw new RowFault('no-response', `This row has no "${path}" (named by the field mapping). Add it, or remove the row.`);
  const prompt = mapping.prompt === undefined ? undefined : nodeAt(row.object, mapping.prompt);
  const turns = [...readSide(prompt, 'user', row, mapping.prompt ?? ''), ...readSide(answer, 'assistant', row, path)];
  return { turns: withMappedSystem(row, mapping, turns) };
}

function withMappedSystem(row: JsonRow, { system }: FieldMapping, turns: Draft['turns']): Draft['turns'] {
  const node = system === undefined ? undefined : nodeAt(row.object, system);
  if (!present(node)) return turns;
  if (node.kind !== 'string') throw new RowFault('wrong-type', `"${system ?? ''}" is ${kindName(node)}; it must be a string.`);
  return node.value === '' ? turns : [makeTurn('system', [stringPiece(node)], node.range), ...turns];
}
