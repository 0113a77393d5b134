import { labelsOf, marksPath, readMarks } from '../audit/marks';
import { previewOf } from '../audit/rowText';
import { ExpectedError } from '../base/errors';
import { readDataset } from '../core/dataset';
import { countWords } from '../core/report';
import type { DatasetRecord, LabelledHash } from '../core/types';
import type { AuditSettings } from '../protocol';
import { readKey } from './key';
import { matchKey } from './keyedRows';

/** What a file's rows were called, and where that stands. */
export interface Labels {
  marks: LabelledHash[];
  /** For people: the key's or the marks file's path. */
  from: string;
  /** What could not be used, in words. */
  faults: string[];
  /** First words of a row's answer, by row index; never logged. */
  preview(index: number): string;
}

/**
 * Labels of a dataset's rows: from a key by line, or from the marks beside the file.
 * @throws ExpectedError `no-marks` where there is neither
 */
export async function readLabels(file: string, keyFile: string | null, { mapping, trainOn }: AuditSettings): Promise<Labels> {
  const dataset = await readDataset({ path: file }, { mapping, trainOn });
  const rows = dataset.records.filter(({ side }) => side !== 'rejected');
  const byIndex = new Map(rows.map((record) => [record.index, record]));
  const preview = (index: number) => {
    const record = byIndex.get(index);
    return record ? previewOf(record).response : '';
  };
  if (keyFile !== null) {
    const { keyed, faults } = matchKey(await readKey(keyFile), rows, dataset.problems);
    const { marks, conflicts } = withoutConflicts(keyed);
    return { marks, from: keyFile, faults: [...faults, ...conflicts], preview };
  }
  const found = await readMarks(file);
  const path = marksPath(file);
  const marks = labelsOf(found);
  if (marks.length === 0) throw new ExpectedError('no-marks', `${path} holds no marks of ${file}. Mark rows in the editor, or give known labels with --labels KEY ({"line", "label": "good"|"bad"} a line).`);
  return { marks, from: path, faults: found.problems.map(({ line, message }) => `marks line ${line}: ${message}`), preview };
}

/** A text that stands twice in the file has one mark; where the key calls it both good and bad it has none. */
function withoutConflicts(keyed: readonly { row: DatasetRecord; entry: { label: 'good' | 'bad'; kind: string | null; line: number } }[]): { marks: LabelledHash[]; conflicts: string[] } {
  const byHash = new Map<string, LabelledHash>();
  const both = new Map<string, number>();
  for (const { row, entry } of keyed) {
    const before = byHash.get(row.hash);
    if (before && before.label !== entry.label) both.set(row.hash, entry.line);
    byHash.set(row.hash, { hash: row.hash, label: entry.label, ...(entry.kind === null ? {} : { kind: entry.kind }) });
  }
  for (const hash of both.keys()) byHash.delete(hash);
  const conflicts = [...both.values()].map((line) => `line ${countWords(line)} has the text of another line, and the key calls one good and one bad: neither is used`);
  return { marks: [...byHash.values()], conflicts };
}
