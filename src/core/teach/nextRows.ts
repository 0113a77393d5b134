import type { NextReason } from '../types';

export interface NextInput {
  /** A row's score, `[rows]`. */
  values: ArrayLike<number>;
  /** Where the probe cannot tell: between good and bad. */
  boundary: number;
  questions: readonly string[];
  isMarked: (row: number) => boolean;
  count?: number;
}

/** Rows worth a mark: the highest and those nearest to the boundary in turn, each of a question of its own and of none that was marked. */
export function nextRows({ values, boundary, questions, isMarked, count = 10 }: NextInput): { row: number; reason: NextReason }[] {
  const all = [...questions.keys()];
  const taken = new Set(questions.filter((_, row) => isMarked(row)));
  const open = all.filter((row) => !isMarked(row));
  const queues: Record<NextReason, number[]> = {
    high: [...open].sort((a, b) => values[b]! - values[a]! || a - b),
    uncertain: [...open].sort((a, b) => Math.abs(values[a]! - boundary) - Math.abs(values[b]! - boundary) || a - b),
  };
  const chosen: { row: number; reason: NextReason }[] = [];
  for (let turn = 0; chosen.length < count && (queues.high.length > 0 || queues.uncertain.length > 0); turn++) {
    const reason: NextReason = turn % 2 === 0 ? 'high' : 'uncertain';
    const row = takeFrom(queues[reason], questions, taken);
    if (row !== undefined) chosen.push({ row, reason });
  }
  return chosen;
}

/** The first row of the queue whose question was not taken; those before it are of no use any more. */
function takeFrom(queue: number[], questions: readonly string[], taken: Set<string>): number | undefined {
  const at = queue.findIndex((row) => !taken.has(questions[row]!));
  const [row] = queue.splice(0, at === -1 ? queue.length : at + 1).slice(at === -1 ? queue.length : -1);
  if (at === -1 || row === undefined) return undefined;
  taken.add(questions[row]!);
  return row;
}
