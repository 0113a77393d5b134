import { countWords, rateWords } from '../../../src/core/calibrate';
import { type MixtureRow, withinChance } from './row';

/** The mixtures as a table of text. */
export function mixtureTable(rows: readonly MixtureRow[]): string {
  const header = ['', 'level', 'ordinary', 'planted', 'flagged', 'expected', 'false', '95 % interval', 'within', 'missed', 'on top', 'q <= .05', 'verdict'];
  const cells = rows.map((row) => [
    row.setting,
    row.level,
    countWords(row.ordinary),
    String(row.planted),
    row.level === 'ranked' ? '-' : String(row.flagged),
    row.expected === null ? '-' : row.expected.toFixed(1),
    row.level === 'ranked' ? '-' : String(row.falseFlags),
    row.interval ? row.interval.join('-') : '-',
    ({ true: 'yes', false: 'NO', null: '-' } as const)[`${withinChance(row)}`],
    row.level === 'ranked' ? '-' : String(row.missed),
    `${row.onTop}/${row.planted}`,
    row.atQ === null ? '-' : row.atQ > 0 ? String(row.atQ) : 'not decidable',
    row.upperTail === null ? `${row.verdict}${row.finding === null ? '' : `: ${row.finding}`}` : `${row.verdict} (P ${row.upperTail < 1e-4 ? '< .0001' : rateWords(row.upperTail)})`,
  ]);
  const widths = header.map((name, i) => Math.max(name.length, ...cells.map((line) => line[i]!.length)));
  return [header, ...cells].map((line) => line.map((cell, i) => (i < 2 || i === header.length - 1 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ').trimEnd()).join('\n');
}
