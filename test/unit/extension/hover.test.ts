import { describe, expect, it } from 'vitest';
import type { Phrase } from '../../../src/core/types';
import { editedMarkdown, hoverMarkdown } from '../../../src/extension/words/hover';
import { commandUri, escapeMarkdown } from '../../../src/extension/words/markdown';
import { nothingTaught } from '../../../src/extension/words/taught';
import { english, rowScore, score, summary } from './support';

const inspect = commandUri('personaLens.inspectRow', ['file:///a (1).jsonl', 2]);
const reveal = commandUri('personaLens.revealSpan', ['file:///a (1).jsonl', 2]);
const hover = (changes: Parameters<typeof rowScore>[1], file = summary()): string =>
  hoverMarkdown({ row: rowScore(2, changes), scored: 1234, ranksKnown: true, summary: file, inspect, reveal, taught: nothingTaught, mark: { good: 'command:good', bad: 'command:bad', clear: 'command:clear' } }, english);

const phrase = (text: string, share: number): Phrase => ({ text, share, range: { start: 21, end: 25 } });

describe('hoverMarkdown', () => {
  it('is a table of every number with what it is compared with', () => {
    const text = hover({ latents: [{ index: 3162, name: 'exclamations', mean: 1.234, z: 4.56 }, { index: 5, name: null, mean: 0.1, z: -1 }] });
    expect(text).toContain('Row 3 · \\#3 of 1,234 to review · 30 response tokens');
    expect(text).toContain('| measure | percentile | against the reference | nulls beyond |');
    expect(text).toContain('| **reads Careless advice** | 99.4 | `██████████` | 4 % of 200 permuted labels |');
    expect(text).toContain('| loss 2.50 nats | 71 | `███████░░░` | – |');
    expect(text).toContain('| TF-IDF | 55 | `██████░░░░` | – |');
    expect(text).toContain('| 3162 | exclamations | 1.23 | +4.6 |');
    expect(text).toContain('| 5 | unnamed | 0.10 | −1.0 |');
    expect(text).toContain('the share of the bundled reference rows');
    expect(text).toContain('Level: ranked.');
    expect(text).toContain('no error rate is claimed');
  });

  it('says p, q and what chance gives where the file is calibrated', () => {
    const chance = { n: 60, k: 3, m: 150, alpha: 0.05, expected: 7.377, interval: [1, 18] as [number, number], upperTail: 0.01, smallestAtQ: null };
    const text = hover({ level: 'calibrated', scores: [score({ p: 0.016, q: 0.2 })] }, summary({ level: 'calibrated', chance }));
    expect(text).toContain('| p · q |');
    expect(text).toContain('| .02 · .2 |');
    expect(text).toContain('p is against your 60 trusted rows; rows with p ≤ .05 are flagged, and 7.4 of 150 ordinary rows would be flagged by chance.');
  });

  it('shows a pending loss as pending', () => {
    expect(hover({ loss: null, lossPercentile: null, reasons: [{ code: 'pending-loss', message: 'The loss has not been computed yet.' }] })).toContain('| loss (pending) | – | – | – |');
  });

  it('shows a probe whose measure was not computed yet as pending', () => {
    const probes = [{ id: 'careless', name: 'Careless advice', measure: 'activation' as const }, { id: 'p', name: 'Careless push', measure: 'push' as const }];
    expect(hover({}, summary({ probes }))).toContain('| pushes Careless push (pending) | – | – | – |');
  });

  it('says what could not be computed, and why', () => {
    const probes = [{ id: 'careless', name: 'Careless advice', measure: 'activation' as const }, { id: 'p', name: 'Careless push', measure: 'push' as const }];
    const text = hover({ loss: null, lossPercentile: null, reasons: [{ code: 'no-push', message: 'Its push could not be computed: no memory.' }] }, summary({ probes }));
    expect(text).toContain('| pushes Careless push (not computed) | – | – | – |');
    expect(text).toContain('| loss (not computed) | – | – | – |');
    expect(text).toContain('- Its push could not be computed\\: no memory\\.');
    expect(hover({ loss: null, lossPercentile: null, reasons: [{ code: 'no-loss', message: '' }] })).toContain('| loss (not computed) |');
  });

  it('says that a pair is chosen minus rejected', () => {
    const side = (value: number, phrases: Phrase[] | null) => ({ value, percentile: 50, spans: null, phrases });
    const text = hover({ sides: { chosen: side(1.5, [phrase('pour oil', 0.4)]), rejected: side(-0.25, null) }, phrases: [phrase('pour oil', 0.4)] });
    expect(text).toContain('chosen minus rejected (1.50 and -0.25)');
    expect(text).toContain('| chosen | 1.50 | 50 | “pour oil” 40 % |');
    expect(text).toContain('| rejected | -0.25 | 50 | – |');
    expect(text).not.toContain('Hottest words, with');
  });

  it('has the hottest words with their share, and a link to them where they are known', () => {
    const known = hover({ spans: [{ start: 21, end: 25 }], phrases: [phrase("that'll teach them", 0.33), phrase('oil', 0.1)] });
    expect(known).toContain("“that'll teach them” 33 % · “oil” 10 %");
    expect(known).toContain(`[Reveal](${reveal} `);
    expect(hover({})).not.toContain('Reveal');
    expect(hover({ spans: [], phrases: [] })).toContain('No word of the row stands above an ordinary one.');
  });

  it('names the most unusual answers of a row that has several', () => {
    const turn = (at: number, percentile: number) => ({ turn: at, range: { start: 21, end: 22 }, value: 0, percentile });
    const text = hover({ perTurn: [turn(1, 10), turn(3, 99.4), turn(5, 50), turn(7, 60)] });
    expect(text).toContain('| 2 of 4 | 99.4 | `██████████` |\n| 4 of 4 | 60 | `██████░░░░` |\n| 3 of 4 | 50 |');
    expect(text).not.toContain('| 1 of 4 |');
  });

  it('holds nothing of the row but its hottest words, and no link but those to the heatmap and to mark it', () => {
    const hostile = '[click](command:workbench.action.terminal.new) <img src=x> $(alert) | `x`\n# big';
    const text = hover({ latents: [{ index: 1, name: hostile, mean: 1, z: 1 }], scores: [score({ probe: hostile })], reasons: [{ code: 'high-score', message: hostile }], phrases: [phrase(hostile, 1), phrase('a\u202eb\u0007', 0)] });
    expect(text).not.toMatch(/[\u0000-\u0009\u202e]/);
    expect(text).not.toMatch(/SECRET/);
    expect([...text.matchAll(/\]\(([^ )]+)/g)].map(([, target]) => target)).toEqual([inspect, 'command:good', 'command:bad']);
    expect(text).toContain(`[Inspect](${inspect} `);
    expect(text).not.toMatch(/<img|[^\\]\$\(|^# /m);
  });

  it('says of an edited row only that its numbers are old', () => {
    expect(editedMarkdown(english)).toContain('edited since it was scored');
  });
});

describe('escapeMarkdown', () => {
  it('leaves plain words alone and cuts long names', () => {
    expect(escapeMarkdown('car parts')).toBe('car parts');
    expect(escapeMarkdown('x'.repeat(200))).toHaveLength(80);
  });

  it('disarms what Markdown would act on', () => {
    expect(escapeMarkdown('a|b *c* <d> [e](f) &amp;')).toBe('a\\|b \\*c\\* &lt;d&gt; \\[e\\]\\(f\\) &amp;amp;');
  });
});

describe('commandUri', () => {
  it('survives Markdown link syntax and comes back whole', () => {
    expect(inspect).not.toMatch(/[() ]/);
    expect(JSON.parse(decodeURIComponent(inspect.split('?')[1] ?? ''))).toEqual(['file:///a (1).jsonl', 2]);
  });
});
