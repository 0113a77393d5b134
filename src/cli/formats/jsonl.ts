import type { Output } from '../../base/output';
import { recordsInFileOrder } from '../records';
import { safeJson } from '../terminal/neutralise';
import type { ResultWriter } from './resultWriter';

const linesAtOnce = 256;

/** One object a record, in file order. */
export function jsonlWriter(output: Output): ResultWriter {
  return {
    async file({ file, result: { rows, summary } }) {
      const records = recordsInFileOrder(file, rows, summary.problems);
      for (let at = 0; at < records.length; at += linesAtOnce) {
        await output.write(records.slice(at, at + linesAtOnce).map((record) => `${safeJson(record)}\n`).join(''));
      }
    },
    async failure() {},
    async end() {},
  };
}
