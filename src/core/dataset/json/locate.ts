import type { JsonArray, JsonNode, JsonObject } from './node';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** V8 copies slices that are shorter than this. */
const SHORT = 13;

interface Frame {
  node: JsonArray | JsonObject;
  key: string;
  awaitsKey: boolean;
}

/**
 * The tree of a JSON text with the place of every value. `text` must be valid JSON (JSON.parse has accepted it) and
 * stands at `base` in the document. Not recursive, so that deep nesting cannot exhaust the stack.
 */
export function locate(text: string, base: number): JsonNode {
  const open: Frame[] = [];
  let root: JsonNode | undefined;

  const place = (node: JsonNode): void => {
    const top = open[open.length - 1];
    if (top === undefined) root = node;
    else if (top.node.kind === 'array') top.node.items.push(node);
    else top.node.members.set(top.key, node);
  };

  let at = 0;
  while (at < text.length) {
    const top = open[open.length - 1];
    switch (text[at]) {
      case '{':
      case '[': {
        const range = { start: base + at, end: base + at };
        const node: JsonArray | JsonObject =
          text[at] === '{' ? { kind: 'object', members: new Map(), range } : { kind: 'array', items: [], range };
        place(node);
        open.push({ node, key: '', awaitsKey: node.kind === 'object' });
        at += 1;
        break;
      }
      case '}':
      case ']':
        if (top) top.node.range.end = base + at + 1;
        open.pop();
        at += 1;
        break;
      case ',':
        if (top) top.awaitsKey = top.node.kind === 'object';
        at += 1;
        break;
      case ':':
        if (top) top.awaitsKey = false;
        at += 1;
        break;
      case '"': {
        const end = stringEnd(text, at);
        const value = decode(text.slice(at, end));
        if (top?.awaitsKey) top.key = value;
        else place({ kind: 'string', value, range: { start: base + at + 1, end: base + end - 1 } });
        at = end;
        break;
      }
      case ' ':
      case '\t':
      case '\n':
      case '\r':
        at += 1;
        break;
      default: {
        const end = scalarEnd(text, at);
        const value = JSON.parse(text.slice(at, end)) as number | boolean | null;
        const kind = value === null ? 'null' : typeof value === 'boolean' ? 'boolean' : 'number';
        place({ kind, value, range: { start: base + at, end: base + end } });
        at = end;
      }
    }
  }
  if (root === undefined) throw new Error('locate: no JSON value');
  return root;
}

/** The index after the closing quote of the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    at += code === BACKSLASH ? 2 : 1;
  }
}

/** Long strings are parsed also where they hold no escape: a slice of the row would keep the whole row's text alive. */
function decode(quoted: string): string {
  if (quoted.length < SHORT && !quoted.includes('\\')) return quoted.slice(1, -1);
  return JSON.parse(quoted) as string;
}

function scalarEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && !',]} \t\n\r'.includes(text[at] ?? '')) at += 1;
  return at;
}
