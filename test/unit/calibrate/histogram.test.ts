import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramOf } from '../../../src/core/calibrate';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });

describe('histogramOf', () => {
  it('counts by half-open bins, the last one closed', () => {
    const values = Array.from({ length: 201 }, (_, i) => i / 2);
    const histogram = histogramOf({ rows: values, reference: values, ordinary: null, bins: 10 });
    expect(histogram.edges[0]).toBeCloseTo(0.5, 12);
    expect(histogram.edges[10]).toBeCloseTo(99.5, 12);
    expect(histogram.band[0]).toBeCloseTo(5, 12);
    expect(histogram.band[1]).toBeCloseTo(95, 12);
    expect(histogram.ordinary).toBeNull();
    expect(histogram.rows).toEqual([21, 20, 20, 20, 19, 20, 20, 20, 20, 21]);
  });

  it('puts outliers in the end bins and keeps a small reference in sight beside a large file', () => {
    const rows = [...Array.from({ length: 2000 }, (_, i) => i / 2000), 1e9];
    const histogram = histogramOf({ rows, reference: [-10, -9, -8], ordinary: [0.5, -1e9, 1e9] });
    expect(histogram.edges).toHaveLength(41);
    expect(histogram.edges[0]).toBeLessThanOrEqual(-9.9);
    const reference = histogramOf({ rows, reference: [-10, -9, -8], ordinary: null });
    expect(reference.edges[40]).toBeLessThan(2);
    expect(reference.rows[39]).toBeGreaterThanOrEqual(1);
  });

  it('loses no row, whatever the values', () => {
    fc.assert(
      fc.property(fc.array(finite), fc.array(finite), fc.option(fc.array(finite)), (rows, reference, ordinary) => {
        const histogram = histogramOf({ rows, reference, ordinary });
        const total = (counts: number[]) => counts.reduce((sum, n) => sum + n, 0);
        expect(total(histogram.rows)).toBe(rows.length);
        expect(total(histogram.reference)).toBe(reference.length);
        if (ordinary === null) expect(histogram.ordinary).toBeNull();
        else expect(total(histogram.ordinary!)).toBe(ordinary.length);
        for (let i = 0; i < 40; i++) expect(histogram.edges[i + 1]).toBeGreaterThan(histogram.edges[i]!);
      }),
    );
  });
});
