import { throwIfAborted } from '../../base/errors';
import type { Kernel } from './kernel';
import type { TeachRow } from './rows';
import { countsOf, type RowCounts, TextKernel } from './textKernel';
import { VectorKernel } from './vectorKernel';

/** Rows whose texts are counted before messages get a turn. */
const slice = 256;

/** All rows of a file, ready to be taught on: made once a file, so that teaching after a mark reads no row again. */
export interface TeachFeatures {
  rows: readonly TeachRow[];
  /** Activation first; push where every row has push vectors; text last. */
  kernels: readonly Kernel[];
  text: TextKernel;
  vectors: readonly VectorKernel[];
  /** Which kernel is missing and why. */
  notes: string[];
}

/** @throws CancelledError */
export async function prepareFeatures(rows: readonly TeachRow[], signal?: AbortSignal): Promise<TeachFeatures> {
  const counts: RowCounts[] = [];
  for (const [i, row] of rows.entries()) {
    if (i % slice === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      throwIfAborted(signal);
    }
    counts.push(countsOf(row));
  }
  const without = rows.filter(({ main, rejected }) => !main.push || (rejected && !rejected.push)).length;
  const vectors = [new VectorKernel('activation', rows), ...(rows.length > 0 && without === 0 ? [new VectorKernel('push', rows)] : [])];
  const text = new TextKernel(counts);
  const notes = without === 0 ? [] : [`push is left out: ${without === rows.length ? 'no row has push vectors' : `${without} of ${rows.length} rows have no push vectors`} (--measures activation,loss,push computes them)`];
  return { rows, kernels: [...vectors, text], text, vectors, notes };
}
