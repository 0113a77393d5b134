import type { CharRange } from '../../types';

/** A JSON string; `range` is inside the quotes. */
export interface JsonString {
  kind: 'string';
  value: string;
  range: CharRange;
}

export interface JsonArray {
  kind: 'array';
  items: JsonNode[];
  range: CharRange;
}

/** A JSON object. Members are a Map, so that a key such as `__proto__` is a key like any other; the last of equal keys wins. */
export interface JsonObject {
  kind: 'object';
  members: Map<string, JsonNode>;
  range: CharRange;
}

export interface JsonScalar {
  kind: 'number' | 'boolean' | 'null';
  value: number | boolean | null;
  range: CharRange;
}

/** A JSON value and where it stands in the document, UTF-16 code units. */
export type JsonNode = JsonString | JsonArray | JsonObject | JsonScalar;

/** The row as readers see it. */
export interface JsonRow {
  object: JsonObject;
  /** The source of a range of the row. */
  slice(range: CharRange): string;
}

/** Absent and null are the same to a reader. */
export function present(node: JsonNode | undefined): node is JsonNode {
  return node !== undefined && node.kind !== 'null';
}

/** What a node is, for a message: "a list", "a number". */
export function kindName(node: JsonNode): string {
  switch (node.kind) {
    case 'string':
      return 'a string';
    case 'array':
      return 'a list';
    case 'object':
      return 'an object';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
  }
}
