import type { CharRange, Measure } from '../core/types';
import type { RowContext, RowInspection } from './audit';

/** Host to heatmap. */
export type HeatmapIn =
  | { type: 'row'; inspection: RowInspection; context: RowContext }
  /** The document's cursor, an offset in UTF-16 code units; null when it left the row. */
  | { type: 'cursor'; offset: number | null }
  /** Why a measure that was asked for did not come; a row that has it comes as `row`. */
  | { type: 'no-measure'; measure: Measure; message: string }
  | { type: 'state'; state: 'empty' | 'loading' | 'failed' | 'cancelled'; message: string };

/** Heatmap to host. */
export type HeatmapOut =
  | { type: 'ready' }
  | { type: 'select'; range: CharRange }
  /** The row on show lacks the probes of this measure: read it again with them. */
  | { type: 'measure'; measure: 'push' }
  | { type: 'copy-text'; text: string }
  | { type: 'save'; kind: 'png' | 'svg'; data: string };
