import { seeded } from './random';

/** What decides how rows may be split: never a row from its question, nor where possible a question from its domain. */
export interface GroupedRow {
  label: 'good' | 'bad';
  domain: string;
  question: string;
}

/** The smallest set of rows that is left out together. */
export interface Block {
  domain: string;
  /** Row indices. */
  rows: number[];
}

/** One held-out part and what it was trained without. */
export interface Fold {
  name: string;
  heldOut: Block[];
  training: Block[];
}

const PARTS = 5;

/**
 * With three domains or more a block is a domain. With fewer, a domain's questions are dealt into five blocks (kinds of question
 * spread evenly: both labels, bad only, good only), so that a single domain can still be cross-validated by question.
 */
export function blocksOf(rows: readonly GroupedRow[], seed: number | string): Block[] {
  const domains = groupBy(
    rows.map((_, i) => i),
    (i) => rows[i]!.domain,
  );
  const whole = [...domains].map(([domain, indices]) => ({ domain, rows: indices }));
  return domains.size >= 3 ? whole : whole.flatMap((block) => dealt(block, rows, seed));
}

/** By domain where there are two or more, else block by block. Empty where nothing can be held out. */
export function foldsOf(blocks: readonly Block[]): Fold[] {
  const domains = [...groupBy(blocks, (block) => block.domain)];
  if (domains.length >= 2) {
    return domains.map(([domain, heldOut]) => ({ name: domain, heldOut, training: blocks.filter((block) => block.domain !== domain) }));
  }
  if (blocks.length < 2) return [];
  return blocks.map((block, i) => ({ name: `part ${i + 1}`, heldOut: [block], training: blocks.filter((other) => other !== block) }));
}

export function rowsOf(blocks: readonly Block[]): number[] {
  return blocks.flatMap((block) => block.rows);
}

/** A question's name that is its own across domains. */
export function questionKey(row: GroupedRow): string {
  return JSON.stringify([row.domain, row.question]);
}

export function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}

function dealt(block: Block, rows: readonly GroupedRow[], seed: number | string): Block[] {
  const random = seeded(seed, `blocks of ${block.domain}`);
  const questions = random.shuffle([...groupBy(block.rows, (i) => rows[i]!.question).values()]);
  const labels = (question: number[]) => new Set(question.map((i) => rows[i]!.label)).size + (rows[question[0]!]!.label === 'bad' ? 0.5 : 0);
  questions.sort((a, b) => labels(b) - labels(a));
  const parts = Array.from({ length: Math.min(PARTS, questions.length) }, (): Block => ({ domain: block.domain, rows: [] }));
  questions.forEach((question, i) => parts[i % parts.length]!.rows.push(...question));
  return parts;
}
