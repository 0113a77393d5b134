import type { AgreeingTokens } from '../core/probe';
import type { ScoreKey } from '../core/types';
import { tableOf } from './scores';
import { type Table, hexOf } from './table';

/** What the token pass found in a record. */
export interface RecordSpans {
  hash: string;
  agreeing: AgreeingTokens;
}

export const spansTable = (key: ScoreKey, rows: readonly RecordSpans[]): Table => tableOf('spans', key, rows, ({ agreeing }) => [Buffer.from(JSON.stringify(agreeing))]);

export function spansOf({ columns }: Table, rows: Iterable<number>): RecordSpans[] {
  return Array.from(rows, (row) => ({
    hash: hexOf(columns[0]![row] as Uint8Array),
    agreeing: JSON.parse(Buffer.from(columns[1]![row] as Uint8Array).toString()) as AgreeingTokens,
  }));
}
