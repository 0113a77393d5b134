import type { RecordVectors, RowValues, SparseMeans } from '../../core/types';

/** Latents shown with a row. */
const shown = 12;

/** Mean and spread of every latent over the reference rows, so that a row's latents can be told from what is usual. */
export class LatentNorms {
  constructor(
    /** By latent; 0 for those that no reference row has. */
    readonly mean: Float64Array,
    readonly deviation: Float64Array,
    /** No latent is divided by less than the median one's deviation, so that rare latents do not win by rarity alone. */
    readonly floor: number,
  ) {}

  static of(reference: readonly RecordVectors[]): LatentNorms {
    const all = reference.flatMap(({ latents }) => Object.values(latents));
    const count = 1 + all.reduce((most, { index }) => Math.max(most, index.at(-1) ?? -1), -1);
    const [sum, squares, seen] = [new Float64Array(count), new Float64Array(count), new Uint8Array(count)];
    for (const { index, value } of all) {
      for (let i = 0; i < index.length; i++) {
        const latent = index[i]!;
        sum[latent]! += value[i]!;
        squares[latent]! += value[i]! ** 2;
        seen[latent] = 1;
      }
    }
    const n = Math.max(reference.length, 1);
    const mean = sum.map((total) => total / n);
    const deviation = squares.map((total, latent) => Math.sqrt(Math.max(0, total / n - mean[latent]! ** 2)));
    const sorted = deviation.filter((_, latent) => seen[latent]).sort();
    const floor = sorted[sorted.length >> 1] ?? 1;
    return new LatentNorms(mean, deviation.map((value) => Math.max(value, floor)), floor);
  }

  /** How far a latent's mean is from the usual, in reference standard deviations. */
  z(latent: number, mean: number): number {
    return (mean - (this.mean[latent] ?? 0)) / (this.deviation[latent] ?? this.floor);
  }

  /** The latents of a row that stand furthest above the usual, strongest first. */
  strongest({ index, value }: SparseMeans): RowValues['latents'] {
    const top: { at: number; z: number }[] = [];
    for (let at = 0; at < index.length; at++) {
      const z = this.z(index[at]!, value[at]!);
      if (top.length === shown && z <= top[shown - 1]!.z) continue;
      if (top.length === shown) top.pop();
      let place = top.length;
      while (place > 0 && top[place - 1]!.z < z) place--;
      top.splice(place, 0, { at, z });
    }
    return top.map(({ at }) => ({ index: index[at]!, mean: value[at]! }));
  }
}
