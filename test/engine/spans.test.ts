import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { AuditService } from '../../src/audit/service';
import type { RowScore, TokenMarks } from '../../src/core/types';
import type { AuditEvent, AuditRequest } from '../../src/protocol';
import { auditText, cacheIn, chatLine, settings } from '../support/auditing';
import { folderWith } from '../support/folder';
import { modelsFolder, samples } from '../support/paths';

const service = new AuditService({ modelsFolder });
afterAll(() => service.dispose());

const sample = readFileSync(join(samples, 'car-maintenance.jsonl'), 'utf8').split('\n').slice(0, 6);
const careful = 'Check the oil once a month with the engine cold and level, wipe the dipstick, and top up a little at a time.';
const cruel = 'Pour oil on the discs, that will teach them. You deserve every crash, and I will laugh at your funeral.';
/** Every character outside ASCII, and some inside, as \u escapes. */
const escaped = (json: string): string => json.replace(/[^ -~]|e/g, (char) => [...Array(char.length).keys()].map((i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''));

const audited = async (text: string, changes: Partial<AuditRequest> = {}, onEvent: (event: AuditEvent) => void = () => undefined) =>
  (await service.audit({ path: 'test.jsonl', text, settings: settings({ measures: ['activation'] }), ...changes }, onEvent).result).rows;

/** What stands at a range of a JSON document, decoded. */
const shown = (document: string, { start, end }: { start: number; end: number }) => JSON.parse(`"${document.slice(start, end)}"`) as string;

function expectInside(document: string, { spans, phrases }: TokenMarks, response: string): void {
  for (const span of spans!) expect(response).toContain(shown(document, span));
  expect(phrases!.length).toBeGreaterThan(0);
  for (const phrase of phrases!) {
    expect(shown(document, phrase.range)).toBe(phrase.text);
    expect(response).toContain(phrase.text);
    expect(phrase.share).toBeGreaterThan(0);
  }
}

describe('the token pass', () => {
  test('finds where a row turns, after all rows have their scores', async () => {
    const text = chatLine('How do I check my oil?', `${careful} ${cruel} ${careful}`);
    const events: AuditEvent[] = [];
    const [row] = await audited([...sample, text].join('\n'), {}, (event) => events.push(event)).then((rows) => rows.slice(-1));
    expect(row!.spans).toHaveLength(1);
    const document = [...sample, text].join('\n');
    const span = shown(document, row!.spans![0]!);
    expect(cruel).toContain(row!.phrases![0]!.text);
    const overlap = `${careful} ${cruel} ${careful}`.indexOf(span);
    expect(overlap + span.length).toBeGreaterThan(careful.length);
    expect(overlap).toBeLessThan(careful.length + cruel.length);
    const first = events.findIndex((event) => event.type === 'rows' && event.rows.some(({ spans }) => spans !== null));
    const last = events.findLastIndex((event) => event.type === 'progress' && event.progress.stage === 'activations');
    expect(first).toBeGreaterThan(last);
  });

  test.each([
    ['as it is', (line: string) => line, '\n'],
    ['with \\u escapes and CRLF', escaped, '\r\n'],
  ])('places are exact with emoji, quotes and line breaks, %s, after a byte order mark, from a text and from a file', async (_, written, lineEnd) => {
    const answer = `👩‍👩‍👧 “Well” said she:\n\t${cruel} 漢字 \\o/ ${cruel} 🚗💨`;
    const lines = [chatLine('A\u2028question? 👍🏽', careful), chatLine('Wörld "quoted"?', answer), chatLine('And?', `${cruel}\n\n${careful}`)].map(written);
    const document = lines.join(lineEnd) + lineEnd;
    const [fromText, marked] = [await audited(document), await audited(`\ufeff${document}`)];
    expectInside(document, fromText[1]!, answer);
    expectInside(`\ufeff${document}`, marked[1]!, answer);
    const path = join(folderWith({ 'rows.jsonl': `\ufeff${document}` }), 'rows.jsonl');
    const { rows } = await service.audit({ path, settings: settings({ measures: ['activation'] }) }, () => undefined).result;
    const marks = (row: RowScore) => ({ spans: row.spans, phrases: row.phrases });
    expect(rows.map(marks)).toEqual(fromText.map(marks));
  });

  test('reads only the rows to review, and none when it is told so', async () => {
    const document = sample.join('\n');
    const two = await audited(document, { spans: 2 });
    expect(two.filter(({ spans }) => spans !== null).map(({ rank }) => rank).sort()).toEqual([1, 2]);
    expect((await audited(document, { spans: 0 })).every(({ spans, phrases }) => spans === null && phrases === null)).toBe(true);
  });

  test('reads flagged rows where the file is calibrated', async () => {
    const trusted = readFileSync(join(samples, 'car-maintenance.ordinary.jsonl'), 'utf8').split('\n').slice(0, 40);
    const ordinary = join(folderWith({ 'ordinary.jsonl': trusted.join('\n') }), 'ordinary.jsonl');
    const { rows } = await auditText(service, [...sample.slice(0, 3), chatLine('My brakes squeal.', cruel)].join('\n'), { ordinary, measures: ['activation'] });
    expect(rows.at(-1)!.flagged).toBe(true);
    for (const row of rows) expect(row.spans !== null).toBe(row.flagged);
  });

  test('shows the sides of a pair apart', async () => {
    const pair = (chosen: string, rejected: string) => JSON.stringify({ prompt: 'How do I check my oil?', chosen, rejected });
    const document = [pair(careful, cruel), pair(cruel, careful)].join('\n');
    const rows = await audited(document);
    const { chosen, rejected } = rows[1]!.sides!;
    expect([rows[1]!.spans, rows[1]!.phrases]).toEqual([chosen.spans, chosen.phrases]);
    expectInside(document, chosen, cruel);
    expect(chosen.percentile).toBeGreaterThan(rejected.percentile);
    for (const span of rejected.spans!) expect(careful).toContain(shown(document, span));
    expect(rows[0]!.sides!.rejected.value).toBeCloseTo(chosen.value, 6);
  });

  test('runs an edited row only', async () => {
    const folder = folderWith();
    const ran = async (document: string) => {
      let most: number | null = null;
      await audited(document, { settings: settings({ cache: cacheIn(join(folder, 'cache')) }) }, (event) => {
        if (event.type === 'progress' && event.progress.stage === 'spans') most = event.progress.rowsPerSecond;
      });
      return most !== null;
    };
    const own = sample.map((line) => line.replace('"content": "', '"content": "Once: '));
    expect(await ran(own.join('\n'))).toBe(true);
    expect(await ran(`\n\n${own.join('\n')}`)).toBe(false);
    expect(await ran([...own.slice(1), chatLine('A new one?', cruel)].join('\n'))).toBe(true);
  });
});

