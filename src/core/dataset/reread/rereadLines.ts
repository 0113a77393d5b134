import type { Dataset, ShapeId } from '../../types';
import type { LinesReading, ReadOptions, Reading } from '../readDataset';
import { RowCollector, SAMPLE_ROWS, mostVoted } from '../rowCollector';
import { openByteSource } from '../source/byteSource';
import { detectLayout } from '../source/layout';
import { LineSplitter } from '../source/lineSplitter';
import { type Shift, changeBetween, linesIn, shifted } from './change';

interface Before {
  text: string;
  dataset: Dataset;
  lines: LinesReading;
}

/**
 * Reads JSONL of which most is known: the lines that changed, and no others.
 * @returns null where it has to be read from end to end, to give what that gives
 * @throws DatasetError, CancelledError
 */
export async function rereadLines(before: Before, { path, text }: { path: string; text: string }, { trainOn, signal }: ReadOptions): Promise<Reading | null> {
  const change = changeBetween(before.text, text);
  if (!change) return null;
  const bom = text.startsWith('\ufeff') ? 1 : 0;
  const start = Math.max(change.start, bom);
  const { records, problems } = before.dataset;
  const line = 1 + linesIn(text, 0, start);
  const first = records.findIndex(({ range }) => range.start >= start);
  const kept = { records: first < 0 ? records : records.slice(0, first), problems: problems.filter((problem) => problem.line < line) };
  const rows = 1 + Math.max(kept.records.at(-1)?.index ?? -1, ...kept.problems.map(({ index }) => index ?? -1));
  const { shapes, fileShape } = before.lines;
  const collect = (from: string, end: number) => {
    const collector = new RowCollector(shapes, trainOn, 'jsonl', { fileShape, rows });
    const splitter = new LineSplitter(start, undefined, line);
    for (const item of [...splitter.push(Buffer.from(from.slice(start, end), 'utf8')), ...splitter.end()]) collector.add(item);
    return collector.collected();
  };
  // The first rows decide how all are read, and zero bytes that a file is none of text.
  if (text.slice(start, change.end).includes('\0')) return null;
  if (rows < SAMPLE_ROWS && !(await hasShape(before.lines, { path, text }, trainOn, signal))) return null;
  const [old, now] = [collect(before.text, change.endBefore), collect(text, change.end)];
  const shift: Shift = { units: change.end - change.endBefore, lines: linesIn(text, start, change.end) - linesIn(before.text, start, change.endBefore), rows: now.dataset.rows - old.dataset.rows };
  const lineAfter = line + linesIn(before.text, start, change.endBefore);
  const after = change.endBefore < before.text.length ? problems.filter((problem) => problem.line >= lineAfter) : [];
  // Its message names the line.
  if (shift.lines !== 0 && after.some(({ reason }) => reason === 'broken-json')) return null;
  const counts = new Map(before.lines.counts);
  for (const [shape, count] of old.counts) counts.set(shape, (counts.get(shape) ?? 0) - count);
  for (const [shape, count] of now.counts) counts.set(shape, (counts.get(shape) ?? 0) + count);
  const shape = mostVoted(counts);
  if (shape === null || isTied(counts)) return null;
  const dataset: Dataset = {
    shape,
    format: 'jsonl',
    records: [...kept.records, ...now.dataset.records, ...records.filter(({ range }) => range.start >= change.endBefore).map((record) => shifted(record, shift))],
    problems: [...kept.problems, ...now.dataset.problems, ...after.map((problem) => ({ ...problem, line: problem.line + shift.lines, ...(problem.index !== undefined && { index: problem.index + shift.rows }) }))],
    rows: before.dataset.rows + shift.rows,
  };
  return { dataset, lines: { shapes, fileShape, counts } };
}

/** Whether the text is still JSONL whose first rows have the shape that the others were held to. */
async function hasShape({ shapes, fileShape }: LinesReading, source: { path: string; text: string }, trainOn: ReadOptions['trainOn'], signal: AbortSignal | undefined): Promise<boolean> {
  const bytes = await openByteSource(source);
  if ((await detectLayout(bytes, signal)).kind !== 'lines') return false;
  const collector = new RowCollector(shapes, trainOn, 'jsonl');
  const splitter = new LineSplitter(bytes.startOffset);
  for await (const chunk of bytes.chunks()) {
    for (let at = 0; at < chunk.length && !collector.isDecided; ) {
      const newline = chunk.indexOf(0x0a, at);
      const end = newline === -1 ? chunk.length : newline + 1;
      for (const item of splitter.push(chunk.subarray(at, end))) collector.add(item);
      at = end;
    }
    if (collector.isDecided) break;
  }
  if (!collector.isDecided) for (const item of splitter.end()) collector.add(item);
  return collector.shapeOfSample() === fileShape;
}

/** Of equal counts the shape that was met first names the file. */
function isTied(counts: ReadonlyMap<ShapeId, number>): boolean {
  const most = Math.max(...counts.values());
  return most <= 0 || [...counts.values()].filter((count) => count === most).length > 1;
}
