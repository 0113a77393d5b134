import { describe, expect, it } from 'vitest';
import { auroc, evaluate, type EvaluatedRow, residualise, seeded, TrainError } from '../../../src/core/probe';

const random = seeded(3, 'evaluate');
const rows: EvaluatedRow[] = ['a', 'b'].flatMap((domain) =>
  Array.from({ length: domain === 'a' ? 40 : 12 }, (_, q) =>
    (['good', 'bad'] as const).map((label): EvaluatedRow => ({ label, domain, question: `${q}`, kind: q % 2 ? 'odd' : 'even', loss: 2 + random.normal() + (label === 'bad' ? 1 : 0), responseTokens: 10 + random.below(90) })),
  ).flat(),
);
const scores = Float64Array.from(rows, (row) => row.loss + 0.1 * random.normal());
const text = Float64Array.from(rows, () => random.normal());
const nulls = Array.from({ length: 50 }, () => Float64Array.from(rows, () => random.normal()));
const options = { seed: 1, resamples: 200 };
const result = evaluate(rows, { scores, nulls, notes: [] }, text, options);
const [a, b, all] = result.rows;
const of = (values: ArrayLike<number>, domain: string) => {
  const indices = [...rows.keys()].filter((i) => rows[i]!.domain === domain);
  return auroc(indices.map((i) => values[i]!), indices.map((i) => (rows[i]!.label === 'bad' ? 1 : 0)));
};

describe('evaluate', () => {
  it('gives a row a domain and one for all, in which domains weigh equally', () => {
    expect(result.rows.map((row) => [row.domain, row.pairs])).toEqual([['a', 40], ['b', 12], ['all', 52]]);
    expect(a!.auroc.value).toBeCloseTo(of(scores, 'a'), 12);
    expect(b!.tfidf.value).toBeCloseTo(of(text, 'b'), 12);
    expect(all!.auroc.value).toBeCloseTo((of(scores, 'a') + of(scores, 'b')) / 2, 12);
    expect(a!.loss.value).toBeCloseTo(of(rows.map((row) => row.loss), 'a'), 12);
    expect(a!.length.value).toBeCloseTo(of(rows.map((row) => row.responseTokens), 'a'), 12);
  });

  it('takes the loss out of a score that is little else', () => {
    expect(a!.auroc.value).toBeGreaterThan(0.7);
    expect(Math.abs(a!.residualised.value - 0.5)).toBeLessThan(0.15);
    const indices = [...rows.keys()].filter((i) => rows[i]!.domain === 'a');
    const residual = residualise(indices.map((i) => scores[i]!), [indices.map((i) => rows[i]!.loss), indices.map((i) => Math.log(rows[i]!.responseTokens))]);
    expect(a!.residualised.value).toBeCloseTo(auroc(residual, indices.map((i) => (rows[i]!.label === 'bad' ? 1 : 0))), 12);
  });

  it('puts the band where 97.5 % of the nulls end, narrower over all domains than in a small one', () => {
    const distances = nulls.map((values) => Math.abs(of(values, 'b') - 0.5) + 0.5).sort((x, y) => x - y);
    expect(b!.nullBand).toBeCloseTo(distances[Math.ceil(0.975 * 49)]!, 12);
    expect(all!.nullBand).toBeLessThan(b!.nullBand);
    expect(evaluate(rows, { scores, nulls: [], notes: [] }, text, options).rows[0]!.nullBand).toBe(1);
  });

  it('reads bad rows by kind against the good rows of their domains', () => {
    expect(result.byKind.map((row) => row.kind)).toEqual(['even', 'odd']);
    const part = (domain: string) => [...rows.keys()].filter((i) => rows[i]!.domain === domain && (rows[i]!.label === 'good' || rows[i]!.kind === 'odd'));
    const area = (indices: number[]) => auroc(indices.map((i) => scores[i]!), indices.map((i) => (rows[i]!.label === 'bad' ? 1 : 0)));
    expect(result.byKind[1]!.auroc.value).toBeCloseTo((area(part('a')) + area(part('b'))) / 2, 12);
  });

  it('has intervals that hold their value and come from the seed', () => {
    for (const row of result.rows) {
      for (const estimate of [row.auroc, row.residualised, row.tfidf, row.loss, row.length]) {
        expect(estimate.low).toBeLessThanOrEqual(estimate.value);
        expect(estimate.high).toBeGreaterThanOrEqual(estimate.value);
        expect(estimate.high - estimate.low).toBeGreaterThan(0.02);
      }
    }
    expect(evaluate(rows, { scores, nulls, notes: [] }, text, options)).toEqual(result);
  });

  it('names domains of a single label and gives no "all" beside a single domain', () => {
    const some = rows.filter((row) => row.domain === 'a' || row.label === 'good');
    const { rows: table, notes } = evaluate(some, { scores: Float64Array.from(some, (row) => row.loss), nulls, notes: [] }, Float64Array.from(some, () => 0), options);
    expect(table.map((row) => row.domain)).toEqual(['a']);
    expect(table[0]!.tfidf.value).toBe(0.5);
    expect(notes).toEqual(['b holds one label only and was not read']);
  });

  it('asks for the loss pass where a loss is missing', () => {
    const missing = rows.map((row, i) => (i === 3 ? { ...row, loss: NaN } : row));
    expect(() => evaluate(missing, { scores, nulls, notes: [] }, text, options)).toThrow(TrainError);
    expect(() => evaluate(missing, { scores, nulls, notes: [] }, text, options)).toThrow(/1 of 104 rows have none: run the loss pass/);
  });
});
