import type { CharRange } from '../core/types';
import type { RowContext, RowInspection } from './audit';

/** Host to heatmap. */
export type HeatmapIn =
  | { type: 'row'; inspection: RowInspection; context: RowContext }
  /** The document's cursor, an offset in UTF-16 code units; null when it left the row. */
  | { type: 'cursor'; offset: number | null }
  | { type: 'state'; state: 'empty' | 'loading' | 'failed' | 'cancelled'; message: string };

/** Heatmap to host. */
export type HeatmapOut =
  | { type: 'ready' }
  | { type: 'select'; range: CharRange }
  | { type: 'copy-text'; text: string }
  | { type: 'save'; kind: 'png' | 'svg'; data: string };
