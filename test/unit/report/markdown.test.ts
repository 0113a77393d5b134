import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { describe, expect, test } from 'vitest';
import { markdownReport, reportBlocks } from '../../../src/core/report';
import { reportWith } from './support';

/** As VS Code's preview reads it, with HTML let through. */
const markdown = new MarkdownIt({ html: true, linkify: true });
markdown.linkify.set({ fuzzyLink: false });
const render = (text: string): string => markdownReport(reportBlocks([reportWith(text)]));

/** What a Markdown reader makes of a report, texts apart: its blocks and inline marks. */
function structure(source: string): string[] {
  return markdown.parse(source, {}).flatMap((token) => [token.type, ...(token.children ?? []).map(({ type }) => type).filter((type) => type !== 'text' && type !== 'text_special')]);
}
const benign = structure(render('x'));

const markup = fc.string({
  unit: fc.constantFrom('[a](http://b)', '![a](b)', '<img src=x>', '<!--', '`', '``', '*', '_', '__', '~~', '|', '\\', '\n', '\n\n# ', '\n- ', '> ', '1. ', '+', '-', '---', 'http://example.org', 'www.example.org', 'a@example.org', '&amp;', '$', '[^1]', ':', ' ', 'a', '\u001b'),
  minLength: 1,
});

describe('the Markdown report', () => {
  test('no text of the data becomes a link, an image, HTML, code, emphasis or a block of its own', () => {
    fc.assert(
      fc.property(
        markup.filter((text) => text.trim() !== ''),
        // Compared as one string: a long diff for each try while shrinking is slow.
        (text) => structure(render(text)).join() === benign.join(),
      ),
      { numRuns: 60 },
    );
  });

  test('texts read back as they were', () => {
    const text = `1. <b>*it's* & [more](x)</b> | \`code\` #1 a@b.c https://example.org`;
    const cells = markdown.parse(render(text), {}).flatMap((token) => (token.type === 'inline' ? [(token.children ?? []).map(({ content }) => content).join('')] : []));
    expect(cells).toContain(text);
  });

  test('tables keep their columns whatever stands in them', () => {
    const lines = render('a | b').split('\n').filter((line) => line.startsWith('|'));
    const columns = lines.map((line) => line.replaceAll('\\|', '').split('|').length);
    expect(new Set(columns.slice(0, 4)).size).toBe(1);
  });

  test('the command is fenced by more backticks than it holds', () => {
    expect(render('a```b')).toContain('````sh\npersona-lens audit a```b\n````');
  });

  test('the same data give the same report', () => {
    expect(render('train.jsonl')).toBe(render('train.jsonl'));
  });
});
