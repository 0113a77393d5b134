import type { InspectedToken } from '../protocol';
import type { Paint } from './terminal/colour';
import { neutralise } from './terminal/neutralise';
import { padEnd, textWidth } from './terminal/width';

/** How tokens are shaded: in steps from -3 to 3 around the reference's middle, relative to the row's own strongest tokens. */
export interface Shading {
  /** `[tokens]` */
  values: ArrayLike<number>;
  middle: number;
  /** The distance from the middle that is fully shaded. */
  scale: number;
}

const labelColumns = 11;
const promptLines = 6;
const marks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

interface Cell {
  text: string;
  /** -1..1; null where nothing is shaded. */
  strength: number | null;
}

/** The shading of a probe's values over the response tokens that can be shown; null where there are none. */
export function shadingOf(tokens: readonly InspectedToken[], values: ArrayLike<number>, [low, high]: [number, number]): Shading | null {
  const middle = (low + high) / 2;
  const distances = tokens.flatMap((token, t) => (shaded(token) ? [Math.abs(values[t]! - middle)] : [])).sort((a, b) => a - b);
  if (distances.length === 0) return null;
  // Not the largest: one token would make all others pale.
  const scale = distances[Math.floor(0.95 * (distances.length - 1))]! || distances.at(-1)!;
  return { values, middle, scale: scale || 1 };
}

export function shaded({ response, masked }: InspectedToken): boolean {
  return response && !masked;
}

/** The row as a conversation; response tokens shaded by background, or without colour by a line of marks under each line. */
export function tokenLines(tokens: readonly InspectedToken[], shading: Shading | null, { width, paint }: { width: number; paint: Paint }): string[] {
  const lines: string[] = [];
  for (const turn of turnsOf(tokens)) {
    const trains = turn.some(({ token }) => token.response);
    const cells = layOut(turn.map(({ token, at }) => ({ text: token.text, strength: strengthOf(token, at, shading) })), width - labelColumns);
    const shown = trains ? cells : cells.slice(0, promptLines);
    shown.forEach((line, i) => {
      const label = padEnd(i === 0 ? (turn[0]!.token.role ?? '') : '', labelColumns);
      lines.push(...lineOf(line, label, trains, paint));
    });
    if (cells.length > shown.length) lines.push(`${' '.repeat(labelColumns)}${paint.dim('…')}`);
  }
  return lines;
}

function turnsOf(tokens: readonly InspectedToken[]): { token: InspectedToken; at: number }[][] {
  const turns = new Map<number, { token: InspectedToken; at: number }[]>();
  tokens.forEach((token, at) => {
    if (token.turn >= 0) turns.set(token.turn, [...(turns.get(token.turn) ?? []), { token, at }]);
  });
  return [...turns.values()];
}

function strengthOf(token: InspectedToken, at: number, shading: Shading | null): number | null {
  if (!shading || !shaded(token)) return null;
  return Math.max(-1, Math.min(1, (shading.values[at]! - shading.middle) / shading.scale));
}

/** Cells in lines of at most `width` columns: broken at line breaks of the text, before words, and inside a word only where it is longer than a line. */
function layOut(tokens: Cell[], width: number): Cell[][] {
  const lines: Cell[][] = [[]];
  let used = 0;
  const breakLine = () => {
    lines.push([]);
    used = 0;
  };
  const place = (cells: Cell[]) => {
    const length = cells.reduce((sum, { text }) => sum + textWidth(text), 0);
    if (used > 0 && used + length > width) breakLine();
    for (const cell of cells) {
      const text = used === 0 ? cell.text.replace(/^ +/, '') : cell.text;
      if (text === '') continue;
      if (used > 0 && used + textWidth(text) > width) breakLine();
      lines.at(-1)!.push({ ...cell, text });
      used += textWidth(text);
    }
  };
  const word: Cell[] = [];
  for (const { text, strength } of tokens) {
    text.split(/\r?\n/).forEach((piece, i) => {
      if (i > 0) {
        place(word.splice(0));
        breakLine();
      }
      const cell = { text: neutralise(piece), strength };
      if (/^\s/.test(piece)) place(word.splice(0));
      if (cell.text !== '') word.push(cell);
    });
  }
  place(word);
  return lines;
}

function lineOf(cells: Cell[], label: string, trains: boolean, paint: Paint): string[] {
  const head = paint.bold(label);
  if (!trains) return [head + paint.dim(cells.map(({ text }) => text).join(''))].map((line) => line.trimEnd());
  if (paint.depth > 0) return [(head + cells.map(({ text, strength }) => (strength === null ? text : paint.shade(text, Math.round(3 * strength)))).join('')).trimEnd()];
  const text = (label + cells.map((cell) => cell.text).join('')).trimEnd();
  const under = (' '.repeat(labelColumns) + cells.map(markCell).join('')).trimEnd();
  return under === '' ? [text] : [text, under];
}

/** The mark of a cell's strength under each of its columns; its leading space stays free, so that words stay apart. */
function markCell({ text, strength }: Cell): string {
  const columns = textWidth(text);
  if (strength === null) return ' '.repeat(columns);
  const mark = marks[Math.min(7, Math.floor(4 * (strength + 1)))]!;
  const free = text.startsWith(' ') ? 1 : 0;
  return ' '.repeat(free) + mark.repeat(Math.max(0, columns - free));
}
