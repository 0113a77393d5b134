import type { Turn } from '../../types';
import { type JsonArray, type JsonNode, type JsonObject, type JsonRow, kindName, present } from '../json/node';
import { RowFault } from '../rowFault';
import { COMMON_FIELDS, type MessageFields, readMessage } from './message';
import { makeTurn, stringPiece } from './piece';

/** The fields under which rows keep a list of messages. */
export const LIST_KEYS = ['messages', 'conversations', 'conversation'];

/** The key and node of a row's list of messages; a list is preferred to something else under such a key. */
export function findList({ members }: JsonObject): { key: string; node: JsonNode } | null {
  const found = LIST_KEYS.map((key) => ({ key, node: members.get(key) })).filter((entry): entry is { key: string; node: JsonNode } => present(entry.node));
  return found.find(({ node }) => node.kind === 'array') ?? found[0] ?? null;
}

/** How a row's messages are written; null where it holds no list of messages. */
export function messageStyle(row: JsonObject): 'messages' | 'sharegpt' | null {
  const list = findList(row);
  if (list?.node.kind !== 'array') return null;
  const byKey = list.key === 'messages' ? 'messages' : 'sharegpt';
  if (list.node.items.length === 0) return byKey;
  const first = list.node.items.find((item): item is JsonObject => item.kind === 'object');
  if (first?.members.has('role')) return 'messages';
  return first?.members.has('from') ? 'sharegpt' : null;
}

/** The turns of a row's own list of messages, after the row's `system` field where it has one. */
export function readConversation(row: JsonRow): Turn[] {
  const list = findList(row.object);
  if (list === null) throw new RowFault('wrong-type', `This row has no list of messages. Give it a "messages" list.`);
  return withSystem(row, readMessages(list.node, row, list.key));
}

export function readMessages(list: JsonNode, row: JsonRow, name: string, fields?: MessageFields): Turn[] {
  if (list.kind !== 'array') throw new RowFault('wrong-type', `"${name}" is ${kindName(list)}; it must be a list of messages.`);
  if (list.items.length === 0) throw new RowFault('empty', `"${name}" is an empty list. Give it messages, or remove the row.`);
  return messagesOf(list, row, name, fields ?? COMMON_FIELDS);
}

function messagesOf(list: JsonArray, row: JsonRow, name: string, fields: MessageFields): Turn[] {
  const turns = list.items.map((item, index) => readMessage(item, row, `message ${index + 1} of "${name}"`, fields));
  return turns.filter((turn) => turn.role !== 'system' || turn.text !== '');
}

/** Puts the row's `system` text first, unless the turns begin with a system turn of their own. */
export function withSystem({ object }: JsonRow, turns: Turn[]): Turn[] {
  const system = object.members.get('system');
  if (!present(system) || turns[0]?.role === 'system') return turns;
  if (system.kind !== 'string') throw new RowFault('wrong-type', `"system" is ${kindName(system)}; it must be a string.`);
  return system.value === '' ? turns : [makeTurn('system', [stringPiece(system)], system.range), ...turns];
}
