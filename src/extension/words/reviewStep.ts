import type { PlacedRow } from '../audits/placedRows';

/**
 * The row after (or before) the one that holds the offset, in the queue's order and around its end. From a row that is not in
 * the queue: the first (or last).
 */
export function reviewStep(queue: readonly PlacedRow[], offset: number, direction: 1 | -1): PlacedRow | undefined {
  const at = queue.findIndex(({ range }) => offset >= range.start && offset <= range.end);
  if (at === -1) return direction === 1 ? queue[0] : queue.at(-1);
  return queue.at((at + direction) % queue.length);
}
