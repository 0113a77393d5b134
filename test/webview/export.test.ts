import { describe, expect, test } from 'vitest';
import { copyText } from '../../webview/heatmap/copyText';
import { exportPicture } from '../../webview/heatmap/exportPicture';
import { headline, notesOf } from '../../webview/heatmap/header';
import { initialState } from '../../webview/heatmap/state';
import { viewOf } from '../../webview/heatmap/view';
import { hatchLines, type Shape } from '../../webview/shared/picture';
import { escapeXml, toSvg } from '../../webview/shared/pictureSvg';
import { themeFrom } from '../../webview/shared/theme';
import { type Fixture, fixture } from './support/inspection';

const theme = themeFrom(() => '', false);
const measure = (text: string, size: number): number => text.length * size * 0.55;
const viewOfFixture = ({ inspection, context }: Fixture): ReturnType<typeof viewOf> => viewOf({ inspection, context }, initialState().choices);
const pictureOf = (row: Fixture): ReturnType<typeof exportPicture> => exportPicture({ ...viewOfFixture(row), theme, measure });

describe('headline and notes', () => {
  const row = { inspection: fixture().inspection, context: fixture().context };

  test('as in the design', () => {
    expect(headline(row, row.inspection.probes[0]!)).toBe('Row 212 · chat · 120 tokens · sneering 99.4 pct');
    expect(headline(row, null)).toBe('Row 212 · chat · 120 tokens');
  });

  test('a rank claims no error rate', () => {
    const score = { ...row.context.score!, level: 'ranked' as const, flagged: false, scores: [{ ...row.context.score!.scores[0]!, p: null }] };
    expect(notesOf({ ...row, context: { ...row.context, score } }).map((n) => n.text)).toEqual(['ranked', '#3 to review']);
  });
});

describe('copyText', () => {
  const row = fixture();
  const view = viewOfFixture(row);
  const text = copyText(view.row, view.probe);

  test('has the row, its numbers and a line a token', () => {
    expect(text).toContain('user: My sourdough came out flat again.\nWhat should I change next time?');
    expect(text).toContain('sneering (activation): 0.57, 99.4 pct, reference 5th to 95th percentile −0.24 to 0.16');
    expect(text).toMatch(/^3162 gloating over a mishap: mean [\d.]+, z [\d.]+$/m);
    expect(text).toContain('SmolLM2-135M · CPU · fp16');
    const table = text.split('\n').filter((line) => line.includes('\t'));
    expect(table).toHaveLength(1 + row.inspection.tokens.length);
    expect(new Set(table.map((line) => line.split('\t').length))).toEqual(new Set([3 + 3 + 12]));
  });

  test('no cell of it begins a formula, none breaks the table', () => {
    const evil = fixture({ turns: [{ role: 'assistant', text: '=1+1\n\t@x' }] });
    const evilView = viewOfFixture(evil);
    const table = copyText(evilView.row, evilView.probe).split('\nTokens\n')[1]!.split('\n\n')[0]!.split('\n');
    expect(table).toHaveLength(1 + evil.inspection.tokens.length);
    for (const line of table.slice(1)) expect(line).toMatch(/^“[^\t]*”\t/);
  });
});

describe('the exported picture', () => {
  test('stays on its page, text wrapped and matrix folded', () => {
    for (const row of [fixture(), fixture({ tokens: 2048 }), fixture({ turns: [{ role: 'assistant', text: 'a'.repeat(900) }] })]) {
      const { width, height, shapes } = pictureOf(row);
      const right = (s: Shape): number => s.x + ('width' in s && s.width !== undefined ? s.width : 0);
      expect(Math.max(...shapes.map(right))).toBeLessThanOrEqual(width);
      expect(Math.max(...shapes.map((s) => s.y))).toBeLessThan(height);
    }
  });

  test('holds all of the shown text in order', () => {
    const row = fixture();
    const { shapes } = pictureOf(row);
    const pieces = shapes.flatMap((s) => (s.kind === 'text' && s.width !== undefined ? [s.text] : []));
    const shown = row.inspection.tokens.filter((t) => t.turn >= 0).map((t) => t.text.replace(/\n/g, ''));
    expect(pieces.join('')).toBe(shown.join(''));
  });

  test('a row without latents or probes is drawn without them', () => {
    const bare = fixture({ inspection: { probes: [], latents: [], latentMax: 0 } });
    expect(pictureOf(bare).shapes.length).toBeGreaterThan(50);
  });
});

describe('svg', () => {
  test('row text is text, whatever it says', () => {
    expect(escapeXml('<script>"a" & \'b\'</script>')).toBe('&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;');
    expect(escapeXml('a\u0000b\u001bc\ud800d\uffffe')).toBe('a\ufffdb\ufffdc\ufffdd\ufffde');
    const svg = toSvg(pictureOf(fixture({ turns: [{ role: 'assistant', text: '<image href="x"/> &amp; </svg>' }] })), 'a < b');
    expect(svg).toContain('<title>a &lt; b</title>');
    expect(svg.match(/<\/svg>/g)).toHaveLength(1);
    expect(svg).not.toContain('<image');
  });
});

test('hatch lines stay within their box', () => {
  const lines = hatchLines(10, 20, 9, 44);
  expect(lines.length).toBeGreaterThan(5);
  for (const [x1, y1, x2, y2] of lines) {
    for (const x of [x1, x2]) expect(x >= 10 && x <= 19).toBe(true);
    for (const y of [y1, y2]) expect(y >= 20 && y <= 64).toBe(true);
    expect(x1 + y1).toBe(x2 + y2);
  }
});
