import { throwIfAborted } from '../../base/errors';
import type { Dataset, FieldMapping } from '../types';
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
import { readWhole } from './source/whole';

export interface ReadOptions {
  /** The user's own field names; rows that they fit are read by them, other rows by the known shapes. */
  mapping: FieldMapping | null;
  trainOn: 'all' | 'last';
  signal?: AbortSignal;
}

/** Reads a dataset. Throws DatasetError for the file as a whole; what is wrong with single rows is in `problems`. */
export async function readDataset(source: DatasetSource, options: ReadOptions): Promise<Dataset> {
  const shapes = options.mapping ? [mappingShape(options.mapping), ...SHAPES] : SHAPES;
  const bytes = await openByteSource(source);
  try {
    return await readBytes(bytes, shapes, options);
  } finally {
    await bytes.close();
  }
}

async function readBytes(bytes: ByteSource, shapes: readonly Shape[], { trainOn, signal }: ReadOptions): Promise<Dataset> {
  const layout = await detectLayout(bytes, signal);
  if (layout.kind === 'lines') {
    return readRows(bytes, new LineSplitter(bytes.startOffset), new RowCollector(shapes, trainOn, 'jsonl'), signal);
  }
  if (layout.kind === 'list') {
    return readRows(bytes, new ElementSplitter(bytes.startOffset, layout.list), new RowCollector(shapes, trainOn, 'json'), signal);
  }
  const content = objectContent(await readWhole(bytes, signal), layout.root, shapes, bytes.path);
  if (content.kind === 'row') {
    const rows = new RowCollector(shapes, trainOn, layout.root.multiline ? 'json' : 'jsonl');
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
