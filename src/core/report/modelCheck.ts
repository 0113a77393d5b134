import type { CheckFinding, ModelCheck } from '../types';
import { type Block, left } from './blocks';

const marks = { good: 'ok', note: 'note', bad: 'NO' } as const;

/** "ok    tokenizer      49,152 tokens": one finding as a line. */
export const findingLine = ({ topic, state, text }: CheckFinding): string => `${marks[state].padEnd(5)} ${topic.padEnd(14)} ${text}`;

export function verdictLine({ usable, findings }: ModelCheck): string {
  if (!usable) return 'This model cannot be used as it is.';
  return findings.some(({ state }) => state === 'note') ? 'This model can be used; see the notes.' : 'This model can be used.';
}

/** A checked model as a document. */
export function modelCheckBlocks(check: ModelCheck): Block[] {
  return [
    { kind: 'heading', level: 1, text: check.name ?? check.folder },
    { kind: 'paragraph', text: verdictLine(check), strong: true },
    { kind: 'table', header: [left(''), left('what'), left('found')], rows: check.findings.map(({ topic, state, text }) => [marks[state], topic, text]) },
    { kind: 'facts', facts: [['folder', check.folder], ...(check.hash === null ? [] : [['SHA-256', check.hash] satisfies [string, string]])] },
  ];
}
