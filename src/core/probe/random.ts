import seedrandom from 'seedrandom';

export interface Random {
  /** Within [0, 1). */
  uniform(): number;
  /** Whole, within [0, n). */
  below(n: number): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
  /** In place (Fisher-Yates); returns its argument. */
  shuffle<T extends { length: number; [i: number]: unknown }>(items: T): T;
}

/** A stream of its own for each purpose, so that drawing more for one changes none of the others. The generator is Alea. */
export function seeded(seed: number | string, purpose: string): Random {
  const next = seedrandom.alea(`${seed}/${purpose}`);
  const below = (n: number) => Math.floor(next() * n);
  return {
    uniform: next,
    below,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffle: (items) => {
      for (let i = items.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [items[i], items[j]] = [items[j], items[i]];
      }
      return items;
    },
  };
}
