/** Characters shown of a name, and of a whole sentence. */
const NAME = 80;
export const SENTENCE = 600;

/**
 * A text from a model, card or dataset as Markdown that shows it and does nothing: no link, image, HTML, icon, table cell or line break.
 */
export function escapeMarkdown(text: string, longest = NAME): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const short = line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
  return short
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()#+\-.!|~$:]/g, '\\$&');
}

/** A Markdown table; cells are Markdown already. */
export function table(header: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => ':--')), ...rows.map(line)].join('\n');
}

/** The target of a Markdown link that runs a command. */
export function commandUri(command: string, args: unknown[]): string {
  const query = encodeURIComponent(JSON.stringify(args)).replace(/[()]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `command:${command}?${query}`;
}
