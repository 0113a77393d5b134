import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { htmlReport, reportBlocks } from '../../../src/core/report';
import { reportWith } from './support';

const render = (text: string): string => htmlReport(reportBlocks([reportWith(text)]));
/** The tags of a document, attributes included: what the browser makes of it, texts apart. */
const tags = (html: string): string[] => html.match(/<[^>]*>/g) ?? [];
const benign = tags(render('x'));

const markup = fc.string({
  unit: fc.constantFrom('<', '>', '"', "'", '&', '/', '!', '-', '=', 'script', 'img src=x onerror=alert(1)', '</td>', ']]>', '<!--', ' ', '\u001b', '\u202e', 'a', '&lt;'),
  minLength: 1,
});

describe('the HTML report', () => {
  test('no text of the data becomes a tag or an attribute', () => {
    fc.assert(
      fc.property(markup, (text) => {
        expect(tags(render(text))).toEqual(benign);
      }),
    );
  });

  test('texts read back as they were', () => {
    expect(render(`<b>"it's" & more</b>`)).toContain('&lt;b&gt;&quot;it&#39;s&quot; &amp; more&lt;/b&gt;');
  });

  test('notes say what no column does', () => {
    const html = render('unusual note');
    expect(html).toContain('<td>unusual note</td></tr>');
    expect(html).not.toContain('told by a column');
  });

  test('nothing runs and nothing is fetched', () => {
    const html = render('x');
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script|<link|<a |\bsrc=|\bhref=|url\(|@import/i);
  });

  test('says what was found, with what, and how to run it again', () => {
    const html = render('train.jsonl');
    for (const text of ['1 of 100 rows, 5 expected by chance', 'Rows to review first', 'What this cannot see', 'Rows that could not be scored', 'SHA-256 aa', 'score-key', 'persona-lens audit train.jsonl']) {
      expect(html).toContain(text);
    }
  });
});
