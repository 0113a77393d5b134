import { ExpectedError } from '../base/errors';
import { readDataset } from '../core/dataset';
import { countWords } from '../core/report';
import type { DatasetRecord, PairSide } from '../core/types';
import type { AuditSettings } from '../protocol';
import { UsageError } from './usage';

/** A row of a file as a person names it. */
export interface Place {
  file: string;
  /** 1-based. */
  line: number | null;
  /** 0-based row, as in the machine formats; where several rows share a line. */
  index: number | null;
}

/** `FILE:LINE`, or `FILE` with `--index`. @throws UsageError */
export function parsePlace(text: string, index: number | null): Place {
  const match = /^(.+):(\d+)$/s.exec(text);
  if (match && Number(match[2]) >= 1) return { file: match[1]!, line: Number(match[2]), index };
  if (index !== null) return { file: text, line: null, index };
  throw new UsageError(`"${text}" names no row: give FILE:LINE, such as train.jsonl:212, or FILE with --index N.`);
}

/**
 * The record at a place.
 * @throws ExpectedError `no-such-row` with what stands there instead
 */
export async function findRow({ file, line, index }: Place, side: PairSide | null, { mapping, trainOn }: AuditSettings): Promise<DatasetRecord> {
  const { records, problems, rows } = await readDataset({ path: file }, { mapping, trainOn });
  const here = records.filter((record) => (index === null ? record.line === line : record.index === index && (line === null || record.line === line)));
  const indices = [...new Set(here.map((record) => record.index))];
  if (indices.length > 1) {
    throw new ExpectedError('no-such-row', `Line ${line} of ${file} holds ${countWords(indices.length)} rows: choose one with --index ${indices[0]} to ${indices.at(-1)} (0 is the first row of the file).`);
  }
  if (here.length === 0) {
    const problem = problems.find((candidate) => (index === null ? candidate.line === line : candidate.index === index));
    if (problem) throw new ExpectedError('no-such-row', `The row on line ${problem.line} of ${file} cannot be scored: ${problem.message}`);
    const where = index === null ? `Line ${line} of ${file} begins no row` : `${file} has no row ${index}${line === null ? '' : ` on line ${line}`}`;
    const last = records.at(-1);
    throw new ExpectedError('no-such-row', `${where}: it has ${countWords(rows)} rows${last ? `, the last on line ${last.line}` : ''}. In a JSON array a row stands on the line where it begins.`);
  }
  if (side !== null && here.every((record) => record.side === undefined)) throw new UsageError(`--side ${side}: the row on line ${here[0]!.line} is no preference pair, so it has no sides.`);
  return here.find((record) => record.side === (record.side && (side ?? 'chosen'))) ?? here[0]!;
}
