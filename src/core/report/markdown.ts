import type { Block } from './blocks';
import { visibleText } from './visibleText';

/** A report as CommonMark with tables. No text of the data becomes a link, an image, HTML, code or a line of its own. */
export function markdownReport(blocks: readonly Block[]): string {
  return `${blocks.map(blockMarkdown).join('\n\n')}\n`;
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${escapeMarkdown(block.text)}`;
    case 'paragraph':
      return block.strong ? `**${escapeMarkdown(block.text)}**` : escapeMarkdown(block.text);
    case 'list':
      return block.items.map((item) => `- ${escapeMarkdown(item)}`).join('\n');
    case 'facts':
      return block.facts.map(([name, value]) => `- **${escapeMarkdown(name)}**: ${escapeMarkdown(value)}`).join('\n');
    case 'table':
      return [
        tableLine(block.header.map(({ text }) => text)),
        `| ${block.header.map(({ align }) => (align === 'right' ? '--:' : ':--')).join(' | ')} |`,
        ...block.rows.map(tableLine),
      ].join('\n');
    case 'code':
      return fenced(block.text);
  }
}

function tableLine(cells: string[]): string {
  return `| ${cells.map(escapeMarkdown).join(' | ')} |`;
}

/** What could begin markup is escaped, and no more than that: a report is also read as it is written. */
export function escapeMarkdown(text: string): string {
  return visibleText(text)
    .trim()
    .replace(/[\\`*_[\]|~$<]/g, '\\$&')
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replace(/^[-+=#>]/, '\\$&')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replace(/(https?|ftp|mailto):/gi, '$1\\:')
    .replace(/\bwww\./gi, 'www\\.')
    .replace(/@/g, '&#64;');
}

/** The fence is longer than any run of backticks within. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh\n${visibleText(text)}\n${fence}`;
}
