import type { LatentShift, RecordVectors, SparseMeans } from '../../core/types';

/** Latents shown with a row. */
const shown = 12;

/** Mean and spread of every latent over the reference rows, so that a row's latents can be told from what is usual. */
export class LatentNorms {
  private readonly mean = new Map<number, number>();
  private readonly deviation = new Map<number, number>();
  /** The median latent's standard deviation: the least that a latent is divided by, so that rare latents do not win by rarity alone. */
  private readonly floor: number;

  constructor(reference: RecordVectors[]) {
    const sums = new Map<number, { sum: number; squares: number }>();
    for (const record of reference) {
      for (const { index, value } of Object.values(record.latents)) {
        index.forEach((latent, i) => {
          const entry = sums.get(latent) ?? { sum: 0, squares: 0 };
          entry.sum += value[i]!;
          entry.squares += value[i]! ** 2;
          sums.set(latent, entry);
        });
      }
    }
    const n = Math.max(reference.length, 1);
    for (const [latent, { sum, squares }] of sums) {
      this.mean.set(latent, sum / n);
      this.deviation.set(latent, Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2)));
    }
    const deviations = [...this.deviation.values()].sort((a, b) => a - b);
    this.floor = deviations[deviations.length >> 1] ?? 1;
  }

  /** How far a latent's mean is from the usual, in reference standard deviations. */
  z(latent: number, mean: number): number {
    return (mean - (this.mean.get(latent) ?? 0)) / Math.max(this.deviation.get(latent) ?? 0, this.floor);
  }

  /** The latents of a row that stand furthest above the usual, strongest first. */
  strongest({ index, value }: SparseMeans, names: ReadonlyMap<number, string>): LatentShift[] {
    return Array.from(index, (latent, i) => ({ index: latent, name: names.get(latent) ?? null, mean: value[i]!, z: this.z(latent, value[i]!) }))
      .sort((a, b) => b.z - a.z)
      .slice(0, shown);
  }
}
