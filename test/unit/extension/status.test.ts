import { describe, expect, it } from 'vitest';
import { progressWords } from '../../../src/extension/words/progress';
import { type StatusSubject, statusText, statusTooltip } from '../../../src/extension/words/status';
import { chanceWords, megabytes, percentileBar, percentileWords } from '../../../src/extension/words/numbers';
import { english, engine, summary } from './support';

const subject: StatusSubject = { state: 'done', engine, progress: null, summary: summary(), rowCount: 6000, scored: 6000, flagged: 0, problems: 0, failure: null, notices: [], taught: null };
const text = (changes: Partial<StatusSubject>): string => statusText({ ...subject, ...changes }, english);

describe('statusText', () => {
  it('says model, device, how far and how many', () => {
    const progress = { stage: 'activations' as const, done: 412, total: 6000, rowsPerSecond: 38, secondsLeft: 147 };
    expect(text({ state: 'running', progress })).toBe('$(pulse) SmolLM2-135M · CPU · 412/6,000');
    expect(text({ state: 'running', progress: { ...progress, stage: 'losses' } })).toBe('$(pulse) SmolLM2-135M · CPU · 412/6,000 · losses');
    expect(text({})).toBe('$(pulse) SmolLM2-135M · CPU · 6,000 rows · ranked');
    expect(text({ flagged: 3, summary: summary({ level: 'calibrated' }) })).toBe('$(pulse) SmolLM2-135M · CPU · 6,000 rows · 3 flagged · calibrated');
    const chance = { n: 60, k: 3, m: 6000, alpha: 0.05, expected: 295.08, interval: [62, 683] as [number, number], upperTail: 0.5, smallestAtQ: null };
    expect(text({ flagged: 300, summary: summary({ level: 'taught', chance }) })).toContain('300 flagged, 295 by chance · taught');
    expect(text({ state: 'cancelled', scored: 412, summary: null })).toBe('$(pulse) SmolLM2-135M · CPU · 412/6,000 · cancelled');
    expect(text({ state: 'failed', engine: null })).toBe('$(error) Persona Lens · failed');
    expect(text({ state: 'running', engine: null })).toBe('$(pulse) Persona Lens · starting');
  });

  it('takes no icon from a model name', () => {
    expect(text({ engine: { ...engine, model: 'x $(zap)' } })).not.toContain('$(zap)');
  });
});

describe('statusTooltip', () => {
  it('gives the engine, its parity never rounded up, the cache and the verdict', () => {
    const tooltip = statusTooltip({ ...subject, problems: 2 }, { folder: '/c', bytes: 3 * 2 ** 20, records: 1500, maxBytes: 2 ** 31 }, english);
    expect(tooltip).toContain('cosine at least 0\\.999996 on 120 tokens');
    expect(tooltip).toContain('3\\.0 MB of 2,048 MB, 1,500 rows');
    expect(tooltip).toContain('Rows that could not be scored: 2');
    expect(tooltip).toContain('\n\nranked\\: review from the top');
    expect(tooltip).not.toContain('Why this device');
  });

  it('names the adapter and how much of it', () => {
    expect(statusTooltip({ ...subject, engine: { ...engine, adapter: { name: 'mine', hash: 'a', scale: 0.5 } } }, null, english)).toContain('- Adapter: mine at scale 0\\.5');
    expect(statusTooltip(subject, null, english)).not.toContain('Adapter');
  });

  it('says why the device is the one it is', () => {
    const reason = 'WebGPU does not work here: no adapter';
    expect(statusTooltip({ ...subject, engine: { ...engine, deviceReason: reason } }, null, english)).toContain('- Why this device: WebGPU does not work here\\: no adapter');
  });
});

describe('progressWords', () => {
  it('says stage, rows, speed and time left', () => {
    expect(progressWords({ stage: 'activations', done: 412, total: 6000, rowsPerSecond: 38.4, secondsLeft: 147 }, english)).toBe('activations · 412/6,000 · 38 rows/s · 2 min left');
    expect(progressWords({ stage: 'loading the model', done: 0, total: 0, rowsPerSecond: null, secondsLeft: null }, english)).toBe('loading the model');
    expect(progressWords({ stage: 'losses', done: 1, total: 2, rowsPerSecond: 0.46, secondsLeft: 0.2 }, english)).toBe('losses · 1/2 · 0.5 rows/s · 1 s left');
  });
});

describe('numbers', () => {
  it('never rounds a percentile up', () => {
    expect([100, 99.97, 99.43, 98.99, 71.2, 0.4, 0.01, 0].map(percentileWords)).toEqual(['100', '99.9', '99.4', '98', '71', '0.4', '0.1', '0']);
  });

  it('writes p without its zero', () => {
    expect([0.0164, 0.0032, 0.5, 1].map(chanceWords)).toEqual(['.02', '.003', '.5', '1']);
  });

  it('draws ten steps', () => {
    expect([0, 44, 100].map(percentileBar)).toEqual(['░░░░░░░░░░', '████░░░░░░', '██████████']);
  });

  it('writes sizes', () => {
    expect([0, 2 ** 19, 2 ** 31].map(megabytes)).toEqual(['0 MB', '0.5 MB', '2,048 MB']);
  });
});
