import type { Dataset } from '../types';
import { type LinesReading, type ReadOptions, type Reading, readSource } from './readDataset';
import { rereadLines } from './reread/rereadLines';

/** A text longer than this (UTF-16 code units) is read anew each time, and not kept. */
const mostKept = 1 << 26;

/**
 * Reads the text of a document that is edited: of JSONL, what an edit left alone is taken from the reading before. Gives what `readDataset` gives.
 */
export class TextReader {
  private last: { text: string; options: string; dataset: Dataset; lines: LinesReading } | null = null;

  /** @throws DatasetError, CancelledError */
  async read({ path, text }: { path: string; text: string }, options: ReadOptions): Promise<Dataset> {
    const { mapping, trainOn } = options;
    const key = JSON.stringify({ mapping, trainOn });
    const again = this.last?.options === key ? await rereadLines(this.last, { path, text }, options) : null;
    const { dataset, lines }: Reading = again ?? (await readSource({ path, text }, options));
    this.last = lines && text.length <= mostKept ? { text, options: key, dataset, lines } : null;
    return dataset;
  }
}
