import { type JsonNode, type JsonObject, type JsonString, kindName, present } from '../json/node';
import { RowFault } from '../rowFault';

/** A string field that a row may leave out; null and "" are the same as leaving it out. */
export function optionalText({ members }: JsonObject, key: string): JsonString | null {
  const node = members.get(key);
  if (!present(node)) return null;
  if (node.kind !== 'string') throw wrongText(key, node);
  return node.value === '' ? null : node;
}

/** A string field that a row cannot do without: its answer. */
export function answerText({ members }: JsonObject, key: string): JsonString {
  const node = members.get(key);
  if (!present(node)) throw new RowFault('no-response', `This row has no "${key}": there is no answer to train on. Add it, or remove the row.`);
  if (node.kind !== 'string') throw wrongText(key, node);
  return node;
}

export function wrongText(key: string, node: JsonNode): RowFault {
  return new RowFault('wrong-type', `"${key}" is ${kindName(node)}; it must be a string.`);
}
