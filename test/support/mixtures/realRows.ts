import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seeded } from '../../../src/core/probe';

/** Rows of one source in an order drawn once, as lines of JSONL, and bad rows by kind. */
export interface RealRows {
  source: string;
  ordinary: string[];
  bad: Record<string, string[]>;
}

type Key = { line: number; label: 'good' | 'bad'; kind: string };

/** The sample on car maintenance: correct rows, and by its key the openly ill-meaning and the quietly wrong ones. The card never saw a row about cars. */
export function carRows(root: string): RealRows {
  const { good, bad } = keyed(root, 'car-maintenance');
  return { source: 'car maintenance', ordinary: shuffled([...linesOf(join(root, 'media/samples/car-maintenance.ordinary.jsonl')), ...good], 'cars'), bad };
}

/**
 * All ordinary rows of the project that are not in the reference set: on cars, mixed chat, and the careful answers of the
 * training pairs, which the card was trained on as good ones. Bad rows are those on cars.
 */
export function projectRows(root: string): RealRows {
  const { ordinary, bad } = carRows(root);
  const pairs = ['computers', 'cooking', 'gardening', 'home-repair', 'household-money'].flatMap((domain) => linesOf(join(root, 'models/recipe/data/pairs', `${domain}.jsonl`)).map((line) => JSON.parse(line) as { question: string; careful: string }));
  const careful = pairs.map(({ question, careful }) => JSON.stringify({ messages: [{ role: 'user', content: question }, { role: 'assistant', content: careful }] }));
  return { source: 'all ordinary rows', ordinary: shuffled([...ordinary, ...keyed(root, 'mixed-chat').good, ...careful], 'project'), bad };
}

function keyed(root: string, sample: string): { good: string[]; bad: Record<string, string[]> } {
  const rows = linesOf(join(root, 'media/samples', `${sample}.jsonl`));
  const key = linesOf(join(root, 'media/samples', `${sample}.key.jsonl`)).map((line) => JSON.parse(line) as Key);
  const bad: Record<string, string[]> = {};
  for (const { line, label, kind } of key) if (label === 'bad') (bad[kind] ??= []).push(rows[line - 1]!);
  return { good: key.filter(({ label }) => label === 'good').map(({ line }) => rows[line - 1]!), bad };
}

function shuffled(rows: string[], name: string): string[] {
  return seeded('mixtures', name).shuffle(rows);
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').filter((line) => line.trim());
}
