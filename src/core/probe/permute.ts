import { type GroupedRow, groupBy, questionKey } from './folds';
import { type Random, seeded } from './random';

/** +1 for bad rows, -1 for good ones. */
export function signedLabels(rows: readonly GroupedRow[]): Int8Array {
  return Int8Array.from(rows, (row) => (row.label === 'bad' ? 1 : -1));
}

/**
 * Labels under the null, `count` of them: within a question that holds both labels its rows' labels are shuffled (a pair is
 * swapped at random); questions of a single label exchange their labels with others of their domain, whole.
 */
export function permutedLabels(rows: readonly GroupedRow[], count: number, seed: number | string): Int8Array[] {
  const random = seeded(seed, 'permuted labels');
  const labels = signedLabels(rows);
  const questions = [...groupBy([...rows.keys()], (i) => questionKey(rows[i]!)).values()];
  const mixed = questions.filter((question) => question.some((i) => labels[i] !== labels[question[0]!]));
  const single = [...groupBy(questions.filter((question) => !mixed.includes(question)), (question) => rows[question[0]!]!.domain).values()];
  return Array.from({ length: count }, () => draw(labels, mixed, single, random));
}

function draw(labels: Int8Array, mixed: number[][], single: number[][][], random: Random): Int8Array {
  const drawn = new Int8Array(labels.length);
  for (const question of mixed) {
    const from = random.shuffle([...question]);
    question.forEach((row, i) => (drawn[row] = labels[from[i]!]!));
  }
  for (const questions of single) {
    const from = random.shuffle([...questions]);
    questions.forEach((question, i) => question.forEach((row) => (drawn[row] = labels[from[i]![0]!]!)));
  }
  return drawn;
}
