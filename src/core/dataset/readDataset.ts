import { throwIfAborted } from '../../base/errors';
import type { Dataset, FieldMapping, ShapeId } from '../types';
import { RowCollector } from './rowCollector';
import { SHAPES } from './shapes/all';
import { mappingShape } from './shapes/mapping';
import type { Shape } from './shapes/shape';
import { objectContent } from './rootObject';
import { type ByteSource, type DatasetSource, openByteSource } from './source/byteSource';
import { ElementSplitter } from './source/elementSplitter';
import { detectLayout } from './source/layout';
import { LineSplitter } from './source/lineSplitter';
import type { Splitter } from './source/rawRow';
import type { RootScanner } from './source/rootScanner';
import { readWhole } from './source/whole';

export interface ReadOptions {
  /** The user's own field names; rows that they fit are read by them, other rows by the known shapes. */
  mapping: FieldMapping | null;
  trainOn: 'all' | 'last';
  signal?: AbortSignal;
}

/** What a reading of JSONL leaves for reading it again after an edit. */
export interface LinesReading {
  shapes: readonly Shape[];
  /** The shape that the first rows decided. */
  fileShape: Shape | null;
  /** How many rows fit each shape. */
  counts: ReadonlyMap<ShapeId, number>;
}

export interface Reading {
  dataset: Dataset;
  /** null where the file is no JSONL. */
  lines: LinesReading | null;
}

/** Reads a dataset. Throws DatasetError for the file as a whole; what is wrong with single rows is in `problems`. */
export async function readDataset(source: DatasetSource, options: ReadOptions): Promise<Dataset> {
  return (await readSource(source, options)).dataset;
}

export async function readSource(source: DatasetSource, options: ReadOptions): Promise<Reading> {
  const shapes = options.mapping ? [mappingShape(options.mapping), ...SHAPES] : SHAPES;
  const bytes = await openByteSource(source);
  try {
    return await readBytes(bytes, shapes, options);
  } finally {
    await bytes.close();
  }
}

async function readBytes(bytes: ByteSource, shapes: readonly Shape[], { trainOn, signal }: ReadOptions): Promise<Reading> {
  const layout = await detectLayout(bytes, signal);
  if (layout.kind === 'lines') {
    const rows = new RowCollector(shapes, trainOn, 'jsonl');
    const dataset = await readRows(bytes, new LineSplitter(bytes.startOffset), rows, signal);
    return { dataset, lines: { shapes, fileShape: rows.shapeOfSample(), counts: rows.collected().counts } };
  }
  if (layout.kind === 'list') {
    return { dataset: await readRows(bytes, new ElementSplitter(bytes.startOffset, layout.list), new RowCollector(shapes, trainOn, 'json'), signal), lines: null };
  }
  return { dataset: await readObject(bytes, layout.root, shapes, trainOn, signal), lines: null };
}

async function readObject(bytes: ByteSource, root: RootScanner, shapes: readonly Shape[], trainOn: ReadOptions['trainOn'], signal: AbortSignal | undefined): Promise<Dataset> {
  const content = objectContent(await readWhole(bytes, signal), root, shapes, bytes.path);
  if (content.kind === 'row') {
    const rows = new RowCollector(shapes, trainOn, root.multiline ? 'json' : 'jsonl');
    rows.add(content.row);
    return rows.finish(bytes.path);
  }
  const splitter = new ElementSplitter(bytes.startOffset, content.list);
  const dataset = await readRows(bytes, splitter, new RowCollector(shapes, trainOn, 'json'), signal);
  // A broken row breaks the object too; then it is the row that is told.
  const told = dataset.problems.some((problem) => problem.reason === 'broken-json');
  if (content.problem && !told) dataset.problems.unshift(content.problem);
  return dataset;
}

async function readRows(bytes: ByteSource, splitter: Splitter, rows: RowCollector, signal?: AbortSignal): Promise<Dataset> {
  for await (const chunk of bytes.chunks()) {
    throwIfAborted(signal);
    for (const item of splitter.push(chunk)) rows.add(item);
  }
  for (const item of splitter.end()) rows.add(item);
  return rows.finish(bytes.path);
}
