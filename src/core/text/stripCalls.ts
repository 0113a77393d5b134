import type { Template } from '@huggingface/jinja';

type Node = { type?: unknown; callee?: Node; args?: unknown[]; object?: Node; property?: { value?: unknown } };

const names = ['strip', 'lstrip', 'rstrip'] as const;

/**
 * @huggingface/jinja ignores which characters strip, lstrip and rstrip are told to take and takes all white space.
 * Turns every such call with an argument, `text.lstrip(characters)`, into one of the functions below.
 */
export function rewriteStripCalls({ parsed }: Template): void {
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const child of value instanceof Map ? [...value].flat() : Object.values(value)) visit(child);
    const { type, callee, args } = value as Node;
    const name = names.find((candidate) => candidate === callee?.property?.value);
    if (type !== 'CallExpression' || callee?.type !== 'MemberExpression' || !args?.length || !name) return;
    Object.assign(value, { args: [callee.object, ...args], callee: { type: 'Identifier', value: functionName(name) } });
  };
  visit(parsed);
}

const functionName = (name: (typeof names)[number]): string => `_${name}_characters`;

/** As Python's: any of the characters, from the ends inward. */
function strip(text: unknown, characters: unknown, left: boolean, right: boolean): string {
  if (typeof text !== 'string' || typeof characters !== 'string') throw new Error('strip() takes a text and the characters to strip');
  const among = new Set(characters);
  const letters = [...text];
  let start = 0;
  let end = letters.length;
  while (left && start < end && among.has(letters[start]!)) start++;
  while (right && end > start && among.has(letters[end - 1]!)) end--;
  return letters.slice(start, end).join('');
}

/** Variables that a rewritten template needs. */
export const stripFunctions: Record<string, (text: unknown, characters: unknown) => string> = {
  [functionName('strip')]: (text, characters) => strip(text, characters, true, true),
  [functionName('lstrip')]: (text, characters) => strip(text, characters, true, false),
  [functionName('rstrip')]: (text, characters) => strip(text, characters, false, true),
};
