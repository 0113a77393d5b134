import type { InspectedProbe } from '../../src/protocol';
import { formatPercentile, formatShare, formatValue, plural, shapeNames } from './format';
import type { HeatmapMeasure, Row } from './state';

/** "Row 212 · chat · 84 tokens · villain 99.4 pct". */
export function headline({ inspection }: Row, probe: InspectedProbe | null, measure: HeatmapMeasure = 'activation'): string {
  const { line, shape, tokens } = inspection;
  const parts = [`Row ${line}`, shapeNames[shape], plural(tokens.length, 'token')];
  if (probe) parts.push(`${probe.name} ${probe.measure === 'push' ? `push ${formatValue(probe.rowValue)}, ` : ''}${formatPercentile(probe.percentile)} pct`);
  else if (measure === 'push') parts.push('push pending');
  return parts.join(' · ');
}

/** Something to know before reading the row; `warn` where it limits what the numbers say. */
export interface Note {
  text: string;
  title: string;
  warn?: boolean;
}

const levels = {
  ranked: 'Rows are ranked; no error rate is claimed without ordinary rows of your own.',
  calibrated: 'Compared with your own ordinary rows.',
  taught: 'Ranked by a probe trained on your marks.',
};

export function notesOf({ inspection, context: { score } }: Row): Note[] {
  const notes: Note[] = [];
  if (inspection.side) notes.push({ text: `${inspection.side} side`, title: `The ${inspection.side} answer of a preference pair. The row's score is chosen minus rejected.` });
  if (score) {
    notes.push({ text: score.level, title: levels[score.level] });
    const p = score.scores[0]?.p ?? null;
    if (p !== null) notes.push({ text: `p ${formatShare(p)}`, title: 'Share of your ordinary rows that score at least this high (conformal).' });
    notes.push({ text: `#${score.rank} to review`, title: '#1 is the most unusual row of the file under the deciding probe.' });
    if (score.flagged) notes.push({ text: 'flagged', title: 'Beyond the ordinary rows at the stated rate.' });
  } else {
    notes.push({ text: 'not scored yet', title: 'The audit has not reached this row, or has not been run.' });
  }
  if (inspection.truncated) notes.push({ text: 'truncated', title: 'The row is longer than the limit of tokens: what follows was not read.', warn: true });
  if (inspection.templateMarkers) {
    notes.push({ text: 'template markers in text', title: 'The text holds markers of the chat template. They were read as plain text.', warn: true });
  }
  return notes;
}
