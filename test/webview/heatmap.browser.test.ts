import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../../scripts/editor/browser.mjs';
import type { HeatmapIn, HeatmapOut } from '../../src/protocol';
import { fixture, type Fixture } from './support/inspection';
import { type HeatmapPage, openHeatmap, type PageOptions, serveHeatmap, settle } from './support/page';
import { themes } from './support/themes';

const shots = new URL('../../.vscode-test/shots/', import.meta.url);
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
let server: Awaited<ReturnType<typeof serveHeatmap>>;
let opened: HeatmapPage[] = [];

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  [browser, server] = await Promise.all([launchBrowser(), serveHeatmap()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});
/** Whatever a test does, the page must not have refused or thrown anything. */
afterEach(async () => {
  for (const heatmap of opened) {
    expect(await heatmap.faults()).toEqual([]);
    await heatmap.close();
  }
  opened = [];
});

async function open(options?: PageOptions): Promise<HeatmapPage> {
  const heatmap = await openHeatmap(browser, server.url, options);
  opened.push(heatmap);
  return heatmap;
}

function rowOf({ inspection, context }: Fixture): HeatmapIn {
  return { type: 'row', inspection, context };
}

async function openRow(of: Fixture = fixture(), options?: PageOptions): Promise<HeatmapPage> {
  const heatmap = await open(options);
  await heatmap.send(rowOf(of));
  await heatmap.posted();
  return heatmap;
}

async function shoot({ page }: HeatmapPage, name: string, fullPage = true): Promise<void> {
  await page.screenshot({ path: new URL(`heatmap-${name}.png`, shots).pathname, fullPage });
}

/** Place of the token with this text. */
function place({ inspection }: Fixture, text: string): number {
  return inspection.tokens.findIndex((token) => token.text === text);
}

const token = (at: number): string => `[data-token="${at}"]`;

/** Device pixels of a canvas that are not transparent. */
function painted({ page }: HeatmapPage, selector: string): Promise<number> {
  return page.locator(selector).evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((count, value, i) => count + (i % 4 === 3 && value > 0 ? 1 : 0), 0);
  });
}

function last<T extends HeatmapOut['type']>(posted: HeatmapOut[], type: T): Extract<HeatmapOut, { type: T }> | undefined {
  return posted.filter((message): message is Extract<HeatmapOut, { type: T }> => message.type === type).at(-1);
}

async function chooseMeasure({ page }: HeatmapPage, measure: string): Promise<void> {
  await page.locator('vscode-dropdown.measure').click();
  await page.locator('vscode-dropdown.measure vscode-option', { hasText: measure }).click();
  await settle(page);
}

const valueOf = ({ page }: HeatmapPage, dropdown: string): Promise<string> => page.locator(`vscode-dropdown.${dropdown}`).evaluate((e) => (e as HTMLElement & { value: string }).value);

/** The row as it comes first: the card has probes on push, which were not asked for yet. */
function withoutPush(row: Fixture): Fixture {
  return { ...row, inspection: { ...row.inspection, probes: row.inspection.probes.filter(({ measure }) => measure === 'activation') } };
}

async function seriousViolations({ page }: HeatmapPage): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const axe = (window as unknown as { axe: { run(options: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] }> } }).axe;
    const { violations } = await axe.run({ resultTypes: ['violations'] });
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    return grave.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`).join(' | ')}`);
  });
}

describe('a row', () => {
  test('says what it is and shows every token of its turns as text', async () => {
    const row = fixture();
    const { page } = await openRow(row);
    expect(await page.locator('h1').textContent()).toBe('Row 212 · chat · 120 tokens · sneering 99.4 pct');
    expect(await page.locator('.notes li').allTextContents()).toEqual(['calibrated', 'p .01', '#3 to review', 'flagged']);
    const text = await page.locator('.turn .tokens').evaluateAll((turns) => turns.map((turn) => turn.textContent));
    const turns = [0, 1, 2].map((turn) => row.inspection.tokens.filter((t) => t.turn === turn).map((t) => t.text).join(''));
    expect(text).toEqual(turns);
    expect(text[2]).toContain('<b>butter</b>');
    expect(await page.locator('.turn b').count()).toBe(0);
    expect(await page.locator('.role').allTextContents()).toEqual(['system', 'user', 'assistant']);
  });

  test('shades response tokens only, blue low and amber high, and hatches masked ones', async () => {
    const row = fixture();
    const { page } = await openRow(row);
    const shadeOf = (text: string): Promise<string> => page.locator(token(place(row, text))).evaluate((e) => (e as HTMLElement).style.backgroundColor);
    expect(await shadeOf(' brick')).toMatch(/^rgba\(219, 130, 0/);
    expect(await shadeOf(' guests')).toMatch(/^rgba\(89, 164, 249/);
    expect(await shadeOf(' sourdough')).toBe('');
    const masked = page.locator(token(row.inspection.tokens.findIndex((t) => t.masked && t.turn >= 0)));
    expect(await masked.evaluate((e) => [getComputedStyle(e).backgroundImage.includes('repeating-linear-gradient'), (e as HTMLElement).style.backgroundColor])).toEqual([true, '']);
  });

  test('relative to this row changes the shading, and so does another probe', async () => {
    const row = fixture();
    const { page } = await openRow(row);
    const shades = (): Promise<string[]> => page.locator('.token').evaluateAll((all) => all.map((e) => (e as HTMLElement).style.backgroundColor));
    const reference = await shades();
    await page.locator('vscode-checkbox.relative').click();
    const relative = await shades();
    expect(relative).not.toEqual(reference);
    await page.locator('vscode-dropdown.probe').click();
    await page.locator('vscode-option', { hasText: 'gloating' }).click();
    await settle(page);
    expect(await shades()).not.toEqual(relative);
    expect(await page.locator('h1').textContent()).toContain('gloating over a mishap 99.9 pct');
  });

  test('keeps the choices for the next row', async () => {
    const heatmap = await openRow();
    await heatmap.page.locator('vscode-checkbox.relative').click();
    await chooseMeasure(heatmap, 'push');
    await heatmap.send(rowOf(fixture({ line: 9 })));
    expect(await heatmap.page.locator('h1').textContent()).toContain('Row 9 ');
    expect(await valueOf(heatmap, 'measure')).toBe('push');
    await heatmap.page.reload();
    await heatmap.send(rowOf(fixture()));
    expect([await valueOf(heatmap, 'measure'), await valueOf(heatmap, 'probe')]).toEqual(['push', 'push:sneering']);
    expect(await heatmap.page.locator('vscode-checkbox.relative').getAttribute('aria-checked')).toBe('true');
  });

  test('shows the template on request', async () => {
    const { page } = await openRow();
    expect(await page.locator('.turn.template').count()).toBe(0);
    await page.locator('vscode-checkbox.template-text').click();
    expect(await page.locator('.turn.template').first().textContent()).toContain('<|im_start|>');
    expect(await page.locator('.token').count()).toBe(120);
  });

  test('warns of what limits it', async () => {
    const { page } = await openRow(fixture({ scored: false, inspection: { truncated: true, templateMarkers: true, side: 'rejected', shape: 'preference' } }));
    expect(await page.locator('.notes li').allTextContents()).toEqual(['rejected side', 'not scored yet', 'truncated', 'template markers in text']);
    expect(await page.locator('h1').textContent()).toContain('preference pair');
  });
});

describe('the matrix', () => {
  test('has a name for each latent and a column for each token on show', async () => {
    const row = fixture();
    const heatmap = await openRow(row);
    const grid = heatmap.page.getByRole('grid');
    expect(await grid.getAttribute('aria-rowcount')).toBe('12');
    expect(await grid.getAttribute('aria-colcount')).toBe(String(row.inspection.tokens.filter((t) => t.turn >= 0).length));
    expect(await heatmap.page.locator('button.name').count()).toBe(12);
    expect(await heatmap.page.locator('button.name').nth(2).textContent()).toContain('unnamed');
    expect(await painted(heatmap, 'persona-matrix canvas')).toBeGreaterThan(10_000);
    expect(await heatmap.page.locator('persona-legend[what=matrix] ul').textContent()).toMatch(/0\s*\d+\s*residual units/);
  });

  test('pins a latent to the top', async () => {
    const { page } = await openRow();
    await page.locator('button.name', { hasText: 'numbered steps' }).click();
    expect(await page.locator('button.name').first().textContent()).toContain('455');
    expect(await page.locator('button.name').first().getAttribute('aria-pressed')).toBe('true');
    await page.locator('button.name').first().click();
    expect(await page.locator('button.name').first().textContent()).toContain('3162');
  });

  test('walks tokens and latents by key, says each cell, and Enter selects in the file', async () => {
    const row = fixture();
    const heatmap = await openRow(row);
    const { page } = heatmap;
    await page.getByRole('grid').focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
    const at = place(row, ' splendid');
    const { latents, latentMax } = row.inspection;
    expect(await page.getByRole('gridcell').textContent()).toBe(`token splendid, latent 871, ${latents[1]!.values[at]!.toFixed(0)} of ${latentMax.toFixed(0)}`);
    expect(await page.getByRole('grid').getAttribute('aria-activedescendant')).toBe(await page.getByRole('gridcell').getAttribute('id'));
    await page.keyboard.press('Enter');
    expect(await heatmap.posted()).toEqual([{ type: 'select', range: row.inspection.tokens[at]!.range }]);
  });

  test('a click on a cell selects its token and shows it', async () => {
    const row = fixture();
    const heatmap = await openRow(row);
    await heatmap.page.locator('persona-matrix canvas').click({ position: { x: 35, y: 60 } });
    const select = last(await heatmap.posted(), 'select');
    const at = row.inspection.tokens.findIndex((t) => t.range?.start === select?.range.start);
    expect(await heatmap.page.locator(token(at)).getAttribute('class')).toContain('current');
    expect(await heatmap.page.locator('button.name.current').textContent()).toContain('871');
  });

  test('2,048 tokens cost a view, not a canvas of 20,000 pixels', async () => {
    const long = fixture({ tokens: 2048 });
    const heatmap = await openRow(long);
    const { page } = heatmap;
    expect(await page.locator('.token').count()).toBeGreaterThan(2000);
    expect(await page.locator('persona-matrix canvas').evaluate((e) => (e as HTMLCanvasElement).width)).toBeLessThan(1000);
    await page.getByRole('grid').focus();
    await page.keyboard.press('End');
    await settle(page);
    const scrolled = await page.getByRole('grid').evaluate((e) => e.scrollLeft);
    expect(scrolled).toBeGreaterThan(15_000);
    expect(await painted(heatmap, 'persona-matrix canvas')).toBeGreaterThan(10_000);
    await shoot(heatmap, 'long');
    await page.getByText('Save PNG').click();
    expect(last(await heatmap.posted(), 'save')?.data).toMatch(/^data:image\/png;base64,.{10000}/);
  });
});

describe('in step with the editor', () => {
  test('a click on a token selects its range', async () => {
    const row = fixture();
    const heatmap = await openRow(row);
    const at = place(row, ' ashamed');
    await heatmap.page.locator(token(at)).click();
    expect(await heatmap.posted()).toEqual([{ type: 'select', range: row.inspection.tokens[at]!.range }]);
    const { start, end } = row.inspection.tokens[at]!.range!;
    expect(row.source.slice(start - row.start, end - row.start)).toBe(' ashamed');
  });

  test('the cursor outlines its token, and nothing when it leaves', async () => {
    const row = fixture();
    const heatmap = await openRow(row);
    const at = place(row, ' alarm');
    await heatmap.send({ type: 'cursor', offset: row.inspection.tokens[at]!.range!.start + 2 });
    const outlined = (): Promise<(string | null)[]> => heatmap.page.locator('.token.cursor').evaluateAll((all) => all.map((e) => e.textContent));
    expect(await outlined()).toEqual([' alarm']);
    expect(await heatmap.page.locator('.detail').textContent()).toContain(' alarm');
    await heatmap.send({ type: 'cursor', offset: null });
    expect(await outlined()).toEqual([]);
    expect(await heatmap.posted()).toEqual([]);
  });

  test('scrolls to the cursor only when its token is out of sight, and never the page', async () => {
    const row = fixture({ tokens: 1200 });
    const heatmap = await openRow(row, { height: 700 });
    const top = (): Promise<number[]> => heatmap.page.evaluate(() => {
      const list = document.querySelector('persona-heatmap')!.shadowRoot!.querySelector('persona-conversation')!.shadowRoot!.querySelector('.text')!;
      return [list.scrollTop, window.scrollY];
    });
    const { tokens } = row.inspection;
    await heatmap.send({ type: 'cursor', offset: tokens[60]!.range!.start });
    expect(await top()).toEqual([0, 0]);
    await heatmap.send({ type: 'cursor', offset: tokens[1100]!.range!.start });
    const [scrolled, page] = await top();
    expect(scrolled).toBeGreaterThan(100);
    expect(page).toBe(0);
    await heatmap.send({ type: 'cursor', offset: tokens[1101]!.range!.start }, rowOf({ ...row, context: { ...row.context, histogram: null } }));
    expect(await top()).toEqual([scrolled, 0]);
  });

  test('arrow keys walk the tokens with one stop for Tab, Enter selects', async () => {
    const row = fixture();
    const heatmap = await openRow(row);
    const { page } = heatmap;
    await page.locator(token(place(row, ' brick'))).click();
    await heatmap.posted();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await settle(page);
    const focused = page.locator('.token:focus');
    expect(await focused.textContent()).toBe(' the');
    expect(await page.locator('.token[tabindex="0"]').count()).toBe(1);
    expect(await focused.getAttribute('aria-label')).toMatch(/^the, assistant, sneering −?[\d.]+, loss [\d.]+ nats, /);
    const before = await focused.boundingBox();
    await page.keyboard.press('ArrowDown');
    await settle(page);
    expect((await focused.boundingBox())!.y).toBeGreaterThan(before!.y);
    await page.keyboard.press('Enter');
    expect((await heatmap.posted()).map(({ type }) => type)).toEqual(['select']);
    await page.keyboard.press('Home');
    await settle(page);
    expect(await focused.textContent()).toBe('You');
  });

  test('hovering a token tells of it and moves nothing', async () => {
    const row = fixture();
    const { page } = await openRow(row);
    const before = await page.locator('persona-matrix').boundingBox();
    await page.locator(token(place(row, ' deserve'))).hover();
    await settle(page);
    expect(await page.locator('.detail').textContent()).toMatch(/ deserve.*assistant.*sneering \(activation\).*nats.*strongest latents here: 3162/s);
    expect(await page.locator('persona-matrix').boundingBox()).toEqual(before);
  });
});

describe('the histogram', () => {
  test('is drawn, and said in words', async () => {
    const heatmap = await openRow();
    expect(await painted(heatmap, 'persona-histogram canvas')).toBeGreaterThan(2000);
    const picture = heatmap.page.getByRole('img', { name: 'Histogram of scores' });
    expect(await picture.count()).toBe(1);
    expect(await heatmap.page.locator('figcaption').textContent()).toMatch(/^Row 212 scores [−\d.]+, above 99\.4 % of the reference rows\. The middle 90 % .* in this file score about as high or higher\.$/);
  });

  test('before the audit is done says when it comes', async () => {
    const { page } = await openRow(fixture({ histogram: false }));
    expect(await page.locator('.waiting').textContent()).toBe('Scores appear when the audit is done.');
    expect(await page.locator('persona-histogram').count()).toBe(0);
  });
});

describe('the measure', () => {
  const row = fixture();
  const topOfMatrix = async (page: Page): Promise<number | undefined> => (await page.locator('persona-matrix').boundingBox())?.y;
  const shades = ({ page }: HeatmapPage): Promise<string[]> => page.locator('.token').evaluateAll((all) => all.map((e) => (e as HTMLElement).style.backgroundColor));

  test('push is asked for once, is pending until it comes, and shades every token around 0', async () => {
    const heatmap = await openRow(withoutPush(row));
    const { page } = heatmap;
    await chooseMeasure(heatmap, 'push');
    expect(await heatmap.posted()).toEqual([{ type: 'measure', measure: 'push' }]);
    expect(await page.locator('h1').textContent()).toContain('push pending');
    expect(await page.locator('.pending').textContent()).toMatch(/how far one training step on this row moves the model that way\..*about two passes over the row/);
    const below = await topOfMatrix(page);
    expect((await shades(heatmap)).every((shade) => shade === '')).toBe(true);
    await heatmap.send(rowOf({ ...withoutPush(row), context: { ...row.context, score: null } }));
    expect(await heatmap.posted()).toEqual([]);
    await heatmap.send(rowOf(row));
    expect(await topOfMatrix(page)).toBe(below);
    const push = row.inspection.probes.find(({ measure }) => measure === 'push')!;
    expect(await page.locator('h1').textContent()).toMatch(/sneering push \u2212?[\d.]+, 91\.0 pct$/);
    const shown = row.inspection.tokens.flatMap(({ turn }, i) => (turn >= 0 ? [i] : []));
    const colours = await shades(heatmap);
    shown.forEach((at, i) => {
      if (Math.abs(push.values[at]!) > 0.05) expect(colours[i], row.inspection.tokens[at]!.text).toMatch(push.values[at]! > 0 ? /^rgba\(219, 130, 0/ : /^rgba\(89, 164, 249/);
    });
    expect(await page.locator('.token.masked').count()).toBe(0);
    expect(await page.locator('persona-legend[what=text] ul').textContent()).toMatch(/neutral, 0\.00.*the sum of its tokens'.*one training step on this row/s);
    await chooseMeasure(heatmap, 'activation');
    expect(await topOfMatrix(page)).toBe(below);
    expect(await page.locator('.token.masked').count()).toBeGreaterThan(0);
    expect(await page.locator('h1').textContent()).toContain('sneering 99.4 pct');
    expect(await heatmap.posted()).toEqual([]);
  });

  test('that did not come says why and can be asked for again; the next row is asked for by itself', async () => {
    const heatmap = await openRow(withoutPush(row));
    await chooseMeasure(heatmap, 'push');
    await heatmap.posted();
    await heatmap.send({ type: 'no-measure', measure: 'push', message: 'The operator Foo has no rule.' });
    expect(await heatmap.page.locator('.pending').textContent()).toContain('The operator Foo has no rule.');
    await heatmap.page.getByText('Try again').click();
    expect(await heatmap.posted()).toEqual([{ type: 'measure', measure: 'push' }]);
    await heatmap.send(rowOf(withoutPush(fixture({ line: 9 }))));
    expect(await heatmap.posted()).toEqual([{ type: 'measure', measure: 'push' }]);
  });

  test('is a named choice that keys change, and is not there for a card without push', async () => {
    const heatmap = await openRow(row);
    const measure = heatmap.page.getByRole('combobox', { name: 'Measure' });
    await measure.focus();
    await heatmap.page.keyboard.press('ArrowDown');
    await settle(heatmap.page);
    expect(await valueOf(heatmap, 'measure')).toBe('push');
    await heatmap.send(rowOf({ ...withoutPush(row), inspection: { ...withoutPush(row).inspection, measures: ['activation'] } }));
    expect(await measure.count()).toBe(0);
    expect(await heatmap.page.locator('h1').textContent()).toContain('sneering 99.4 pct');
    expect((await heatmap.posted()).filter(({ type }) => type === 'measure')).toEqual([]);
  });

  test.each(['dark-modern', 'light-modern', 'high-contrast'] as const)('looks like the editor in %s', async (theme) => {
    const heatmap = await openRow(row, { theme, scale: 2 });
    await chooseMeasure(heatmap, 'push');
    expect(await seriousViolations(heatmap)).toEqual([]);
    await shoot(heatmap, `${theme}-push`);
  });
});

describe('leaving the view', () => {
  test('copies text', async () => {
    const heatmap = await openRow();
    await heatmap.page.getByText('Copy as text').click();
    const text = last(await heatmap.posted(), 'copy-text')?.text ?? '';
    expect(text).toMatch(/^Row 212 · chat · 120 tokens/);
    expect(text).toContain('assistant: Oh, splendid, another brick');
    expect(text).toMatch(/^“ brick”\tassistant\t/m);
  });

  test('saves a PNG and an SVG', async () => {
    const heatmap = await openRow();
    await heatmap.page.getByText('Save PNG').click();
    const png = last(await heatmap.posted(), 'save');
    expect(png?.kind).toBe('png');
    expect(png?.data).toMatch(/^data:image\/png;base64,/);
    const bytes = Buffer.from(png!.data.split(',')[1]!, 'base64');
    expect([bytes.readUInt32BE(16), bytes.length > 10_000]).toEqual([1920, true]);
    writeFileSync(new URL('heatmap-export.png', shots), bytes);
    await heatmap.page.getByText('Save SVG').click();
    const svg = last(await heatmap.posted(), 'save');
    expect(svg?.kind).toBe('svg');
    expect(svg?.data).toMatch(/^<svg xmlns/);
    const parsed = await heatmap.page.evaluate((data) => {
      const { documentElement } = new DOMParser().parseFromString(data, 'image/svg+xml');
      return { name: documentElement.nodeName, texts: [...documentElement.querySelectorAll('text')].map((t) => t.textContent), scripts: documentElement.querySelectorAll('script, b').length };
    }, svg!.data);
    expect(parsed).toMatchObject({ name: 'svg', scripts: 0 });
    expect(parsed.texts).toContain(' brick');
  });
});

describe('states', () => {
  const cases = [
    ['empty', 'No row chosen', 'Put the cursor in a row'],
    ['loading', 'Reading the row', 'go on working'],
    ['failed', 'This row could not be read', 'back to this one to try again'],
    ['cancelled', 'Reading was cancelled', 'Move the cursor to a row to read it'],
  ] as const;

  test.each(cases)('%s says what to do next', async (state, title, next) => {
    const heatmap = await open();
    await heatmap.send({ type: 'state', state, message: 'In the words of the host.' });
    const text = await heatmap.page.locator('.state').innerText();
    for (const part of [title, 'In the words of the host.', next]) expect(text).toContain(part);
    expect(await heatmap.page.getByRole('status').textContent()).toContain(title);
    expect(await seriousViolations(heatmap)).toEqual([]);
    await shoot(heatmap, `state-${state}`, false);
  });

  test('before the first message it is empty, not blank', async () => {
    const { page } = await open();
    expect(await page.locator('.state h1').textContent()).toBe('No row chosen');
  });

  test('while the next row loads the last one stays, out of reach', async () => {
    const heatmap = await openRow();
    const before = await heatmap.page.locator('persona-matrix').boundingBox();
    await heatmap.send({ type: 'state', state: 'loading', message: 'Reading row 213' });
    expect(await heatmap.page.locator('h1').textContent()).toBe('Reading row 213');
    expect(await heatmap.page.locator('[inert] persona-conversation').count()).toBe(1);
    expect(await heatmap.page.locator('persona-matrix').boundingBox()).toEqual(before);
    await shoot(heatmap, 'state-next');
    await heatmap.send({ type: 'state', state: 'failed', message: 'The row is not valid JSON.' });
    expect(await heatmap.page.locator('persona-conversation').count()).toBe(0);
  });

  test('a still ring where motion is not wanted', async () => {
    const heatmap = await open({ reducedMotion: true });
    await heatmap.send({ type: 'state', state: 'loading', message: '' });
    expect(await heatmap.page.locator('vscode-progress-ring').count()).toBe(0);
  });
});

describe.each(themes)('%s', (theme) => {
  test('has no serious accessibility violation and looks like the editor', async () => {
    const row = fixture();
    const heatmap = await openRow(row, { theme, scale: 2 });
    await heatmap.page.locator(token(place(row, ' ashamed'))).click();
    await heatmap.send({ type: 'cursor', offset: row.inspection.tokens[place(row, ' alarm')]!.range!.start });
    expect(await seriousViolations(heatmap)).toEqual([]);
    await shoot(heatmap, theme);
    await heatmap.page.locator('vscode-checkbox.template-text').click();
    await heatmap.page.locator('vscode-checkbox.relative').click();
    await heatmap.page.locator('vscode-dropdown.probe').click();
    expect(await seriousViolations(heatmap)).toEqual([]);
    await shoot(heatmap, `${theme}-open`);
  });
});

describe('small and large', () => {
  test.each([
    ['320 pixels', { width: 320, height: 900 }, 'narrow'],
    ['200 % zoom', { width: 360, height: 450, scale: 2 }, 'zoom'],
    ['a wide panel', { width: 1500, height: 900 }, 'wide'],
  ] as const)('%s: nothing runs over the side', async (_, size, name) => {
    const heatmap = await openRow(fixture(), size);
    await heatmap.page.locator('vscode-checkbox.template-text').click();
    const { scroll, view } = await heatmap.page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, view: document.documentElement.clientWidth }));
    expect(scroll).toBeLessThanOrEqual(view);
    await shoot(heatmap, name);
  });

  test('a change of theme repaints shades and canvases', async () => {
    const row = fixture();
    const { page } = await openRow(row);
    const shade = (): Promise<string> => page.locator(token(place(row, ' brick'))).evaluate((e) => (e as HTMLElement).style.backgroundColor);
    const dark = await shade();
    await page.evaluate(async () => {
      const link = document.getElementById('theme') as HTMLLinkElement;
      await new Promise((done) => {
        link.onload = done;
        link.href = '/light-modern.css';
      });
      document.body.className = 'vscode-light';
    });
    await settle(page);
    expect(await shade()).not.toBe(dark);
  });

  test('forced colours keep shades, marks and focus visible', async () => {
    const row = fixture();
    const heatmap = await openRow(row, { theme: 'high-contrast', forcedColors: true });
    await heatmap.page.locator(token(place(row, ' ashamed'))).click();
    await heatmap.send({ type: 'cursor', offset: row.inspection.tokens[place(row, ' alarm')]!.range!.start });
    expect(await heatmap.page.locator('.token.cursor').evaluate((e) => getComputedStyle(e).outlineStyle)).toBe('dashed');
    await shoot(heatmap, 'forced-colors');
  });
});
