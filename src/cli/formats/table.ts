import { keyLines } from '../keyText';
import type { Output } from '../../base/output';
import { fileLine, summaryLines } from '../summaryText';
import { tableLines } from '../table';
import type { Paint } from '../terminal/colour';
import { factLines } from '../terminal/facts';
import { neutralise } from '../terminal/neutralise';
import type { Judged } from '../failOn';
import type { ResultWriter } from './resultWriter';

export interface TableLayout {
  width: number;
  paint: Paint;
  top: number;
}

/** For people: rows, worst first, then the file in words. */
export function tableWriter(output: Output, layout: TableLayout): ResultWriter {
  let first = true;
  return {
    async file({ result: { rows, summary }, evaluation, judged }) {
      const parts = [
        [layout.paint.bold(fileLine(summary)), ...tableLines(rows, summary, layout)],
        summaryLines(summary, rows, layout),
        ...(evaluation ? [keyLines(evaluation, layout)] : []),
        ...(judged ? [judgedLines(judged, layout)] : []),
      ];
      const text = parts.map((lines) => `${lines.join('\n')}\n`).join('\n');
      await output.write(first ? text : `\n${text}`);
      first = false;
    },
    async failure() {},
    async end() {},
  };
}

function judgedLines(judged: readonly Judged[], layout: { width: number; paint: Paint }): string[] {
  return factLines(judged.map(({ outcome, text }, i): [string, string] => [i === 0 ? 'Fail on' : '', neutralise(`${outcome === 'met' ? 'MET' : outcome === 'unreachable' ? 'UNDECIDABLE' : 'not met'}: ${text}`)]), layout);
}
