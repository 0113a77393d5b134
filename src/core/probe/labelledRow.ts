import type { Measure, RecordVectors } from '../types';
import type { EvaluatedRow } from './evaluate';
import { type GroupedRow } from './folds';
import type { TextRow } from './trainText';

/** A row that a card is made from. */
export interface LabelledRow {
  vectors: RecordVectors;
  text: { prompt: string; response: string };
  label: 'good' | 'bad';
  domain: string;
  /** Rows of one question are never split. */
  question: string;
  /** What kind of bad row it is; of a good row it is not read. */
  kind: string;
}

/** The measures that a card can be trained on from a record's own vectors. */
export type CardMeasure = Extract<Measure, 'activation' | 'push' | 'activation+push'>;

export function grouped({ label, domain, question }: LabelledRow): GroupedRow {
  return { label, domain, question };
}

export function evaluated(row: LabelledRow): EvaluatedRow {
  return { ...grouped(row), kind: row.kind, loss: row.vectors.loss ?? NaN, responseTokens: row.vectors.responseTokens };
}

/** The text model reads the response alone: pairs share their prompt. */
export function textRow(row: LabelledRow): TextRow {
  return { ...grouped(row), text: row.text.response };
}
