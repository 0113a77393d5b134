/** A report before it is Markdown or HTML. Texts are plain: each writer escapes them in its own way. */
export type Block =
  | { kind: 'heading'; level: 1 | 2 | 3; text: string }
  | { kind: 'paragraph'; text: string; strong?: boolean }
  | { kind: 'list'; items: string[] }
  | { kind: 'table'; header: Column[]; rows: string[][] }
  | { kind: 'facts'; facts: [name: string, value: string][] }
  | { kind: 'code'; text: string };

export interface Column {
  text: string;
  align: 'left' | 'right';
}

export const left = (text: string): Column => ({ text, align: 'left' });
export const right = (text: string): Column => ({ text, align: 'right' });
