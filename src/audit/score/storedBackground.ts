import type { ReferenceNumbers } from '../../store';
import type { Background } from './background';
import type { RowKind } from './context';
import { LatentNorms } from './latentNorms';

type Backgrounds = Record<RowKind, Background>;

const kinds: readonly RowKind[] = ['single', 'pair'];
const latents = { mean: 'latents mean', deviation: 'latents deviation', floor: 'latents floor' };
const namesOf = (kind: RowKind) => ({
  rows: `${kind} rows`,
  losses: `${kind} losses`,
  texts: `${kind} texts`,
  sorted: (probe: number) => `${kind} probe ${probe} scores`,
  thresholds: (probe: number) => `${kind} probe ${probe} null thresholds`,
});

/** What the reference rows give under a card, as named numbers: as it is kept. */
export function numbersOf(backgrounds: Backgrounds): ReferenceNumbers {
  const { mean, deviation, floor } = backgrounds.single.latents;
  return new Map([
    ...kinds.flatMap((kind): [string, Float64Array][] => {
      const [names, { rows, losses, texts, probes }] = [namesOf(kind), backgrounds[kind]];
      return [
        [names.rows, Float64Array.of(rows)],
        [names.losses, losses],
        [names.texts, texts],
        ...probes.flatMap(({ sorted, nullThresholds }, i): [string, Float64Array][] => [[names.sorted(i), sorted], [names.thresholds(i), nullThresholds]]),
      ];
    }),
    [latents.mean, mean],
    [latents.deviation, deviation],
    [latents.floor, Float64Array.of(floor)],
  ]);
}

/** Names of all that `numbersOf` gives for a card of so many probes. */
export function numberNames(probes: number): string[] {
  const ofKind = (kind: RowKind) => {
    const names = namesOf(kind);
    return [names.rows, names.losses, names.texts, ...Array.from({ length: probes }, (_, i) => [names.sorted(i), names.thresholds(i)]).flat()];
  };
  return [...kinds.flatMap(ofKind), ...Object.values(latents)];
}

/** The way back; null where a number is missing. */
export function backgroundsFrom(numbers: ReferenceNumbers, probes: number): Backgrounds | null {
  if (!numberNames(probes).every((name) => numbers.has(name))) return null;
  const norms = new LatentNorms(numbers.get(latents.mean)!, numbers.get(latents.deviation)!, numbers.get(latents.floor)![0]!);
  const ofKind = (kind: RowKind): Background => {
    const names = namesOf(kind);
    return {
      rows: numbers.get(names.rows)![0]!,
      losses: numbers.get(names.losses)!,
      texts: numbers.get(names.texts)!,
      probes: Array.from({ length: probes }, (_, i) => ({ sorted: numbers.get(names.sorted(i))!, nullThresholds: numbers.get(names.thresholds(i))! })),
      latents: norms,
    };
  };
  return { single: ofKind('single'), pair: ofKind('pair') };
}
