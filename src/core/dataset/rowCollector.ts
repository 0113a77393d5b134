import type { Dataset, RowProblem, ShapeId } from '../types';
import { DatasetError } from './datasetError';
import { present } from './json/node';
import { faultOf, type ParsedRow, parseRow, readRow, shapeOf } from './readRow';
import { RowFault } from './rowFault';
import type { Shape } from './shapes/shape';
import { isStray, type RawItem, type RawRow } from './source/rawRow';
import { fieldList } from './wording';

/** How many rows decide what shape the file has. */
export const SAMPLE_ROWS = 50;

type Numbered = { index: number } & ({ parsed: ParsedRow } | { raw: RawRow; fault: RowFault });

/** Reads rows one by one into a dataset; the first of them decide the shape that the others are held to. */
export class RowCollector {
  private readonly dataset: Dataset;
  private readonly counts = new Map<ShapeId, number>();
  private sample: Numbered[] | null = [];
  private fileShape: Shape | null = null;
  private objects = 0;
  private firstFields: string[] | null = null;

  constructor(
    private readonly shapes: readonly Shape[],
    private readonly trainOn: 'all' | 'last',
    format: Dataset['format'],
    /** Where the rows stand in a file whose first rows have decided: its shape, and how many rows come before. */
    within?: { fileShape: Shape | null; rows: number },
  ) {
    this.dataset = { shape: 'text', format, records: [], problems: [], rows: within?.rows ?? 0 };
    if (!within) return;
    this.sample = null;
    this.fileShape = within.fileShape;
  }

  /** The shape that all rows are held to is known. */
  get isDecided(): boolean {
    return this.sample === null;
  }

  /** The shape that the rows so far decide, where there are no more. */
  shapeOfSample(): Shape | null {
    this.decide();
    return this.fileShape;
  }

  /** What was read so far, and how many rows fit each shape. */
  collected(): { dataset: Dataset; counts: ReadonlyMap<ShapeId, number> } {
    this.decide();
    return { dataset: this.dataset, counts: this.counts };
  }

  add(item: RawItem): void {
    if (isStray(item)) {
      this.dataset.problems.push({ line: item.line, reason: item.reason, message: item.message });
      return;
    }
    const row = this.parse(item);
    if (this.sample === null) this.read(row);
    else if (this.sample.push(row) >= SAMPLE_ROWS) this.decide();
  }

  /** Throws DatasetError where no row has a known shape. */
  finish(path: string): Dataset {
    this.decide();
    this.dataset.shape = this.mostCommon() ?? this.nothingKnown(path);
    // A fault between rows is seen before the rows of the sample are read.
    this.dataset.problems.sort((a, b) => a.line - b.line || place(a) - place(b));
    return this.dataset;
  }

  private parse(raw: RawRow): Numbered {
    const index = this.dataset.rows;
    this.dataset.rows += 1;
    try {
      const parsed = parseRow(raw);
      this.objects += 1;
      this.firstFields ??= [...parsed.row.object.members.keys()];
      return { index, parsed };
    } catch (error) {
      if (error instanceof RowFault) return { index, raw, fault: error };
      throw error;
    }
  }

  private decide(): void {
    const { sample } = this;
    if (sample === null) return;
    const votes = new Map<Shape, number>();
    for (const row of sample) {
      const shape = 'parsed' in row ? shapeOf(row.parsed.row.object, this.shapes, null) : null;
      if (shape) votes.set(shape, (votes.get(shape) ?? 0) + 1);
    }
    this.fileShape = mostVoted(votes);
    this.sample = null;
    for (const row of sample) this.read(row);
  }

  private read(numbered: Numbered): void {
    const { index } = numbered;
    const raw = 'parsed' in numbered ? numbered.parsed.raw : numbered.raw;
    try {
      if (!('parsed' in numbered)) throw numbered.fault;
      const { object } = numbered.parsed.row;
      const fitting = shapeOf(object, this.shapes, this.fileShape);
      if (fitting) this.counts.set(fitting.id, (this.counts.get(fitting.id) ?? 0) + 1);
      const shape = fitting ?? this.nearest(numbered.parsed);
      this.dataset.records.push(...readRow(numbered.parsed, index, shape, this.trainOn));
    } catch (error) {
      this.dataset.problems.push({ line: raw.line, index, ...faultOf(error) });
    }
  }

  /** For a row that fits no shape: the file's, if the row has a field of it, so that the message says what is missing. */
  private nearest({ row }: ParsedRow): Shape {
    const { fileShape } = this;
    if (fileShape?.keys.some((key) => present(row.object.members.get(key)))) return fileShape;
    throw new RowFault('unknown-shape', `This row has none of the fields that are known (${fieldList([...row.object.members.keys()])}). Rename its fields, name them in a field mapping, or remove it.`);
  }

  private mostCommon(): ShapeId | null {
    return mostVoted(this.counts);
  }

  private nothingKnown(path: string): never {
    const { rows, problems } = this.dataset;
    if (rows === 0) throw new DatasetError('empty', `${path} holds an empty list: there are no rows to read.`);
    if (this.objects > 0) {
      throw new DatasetError(
        'unknown-shape',
        `No row of ${path} has a shape that is known: the first has the fields ${fieldList(this.firstFields ?? [])}, none of which is known to hold an answer. ` +
          'Name the fields of prompt and answer (--map, or the setting personaLens.mapping), or choose another file.',
      );
    }
    const first = problems[0];
    const where = first ? ` Line ${first.line}: ${first.message}` : '';
    if (problems.some((problem) => problem.reason === 'not-an-object')) {
      throw new DatasetError('unknown-shape', `No row of ${path} is an object with fields.${where}`);
    }
    if (problems.every((problem) => problem.reason === 'invalid-utf8')) {
      throw new DatasetError('not-utf8', `${path} is not UTF-8.${where}`);
    }
    throw new DatasetError('not-json', `${path} is neither JSON nor JSONL: no row of it can be read.${where}`);
  }
}

/** A fault that belongs to no row comes after the rows of its line. */
function place({ index }: RowProblem): number {
  return index ?? Number.MAX_SAFE_INTEGER;
}

/** The key with the highest count; of equal ones the first seen. */
export function mostVoted<K>(votes: ReadonlyMap<K, number>): K | null {
  let best: K | null = null;
  for (const [key, count] of votes) if (best === null || count > (votes.get(best) ?? 0)) best = key;
  return best;
}
