import type { KeyValue } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Output } from '../../../base/output';
import { toolName, toolVersion } from '../../provenance';
import type { FileFailure, FileOutcome, ResultWriter } from '../resultWriter';
import { type ParquetColumn, type TableRow, columnsOf, tableRows } from './columns';
import { elementsOf } from './schema';

/** Rows a group, which is what is in memory a second time. Vectors are two hundred times as much as scores. */
const groupRows = { scores: 8192, vectors: 256 };

interface ParquetOptions {
  vectors: boolean;
  previews: boolean;
}

/** One row a row of the data sets, in file order; what the audits were made with stands in the key-value metadata. */
export function parquetWriter(output: Output, options: ParquetOptions): ResultWriter {
  const about: ReturnType<typeof aboutFile>[] = [];
  const failed: FileFailure[] = [];
  let table: Table | null = null;
  return {
    async file(outcome) {
      const { file, result } = outcome;
      table ??= new Table(output, columnsOf({ previews: options.previews, hookPoints: result.vectors?.hookPoints ?? [] }), options.vectors ? groupRows.vectors : groupRows.scores);
      await table.append(tableRows(file, result.summary, result.rows, result.vectors?.rows));
      about.push(aboutFile(outcome));
    },
    async failure(failure) {
      failed.push(failure);
    },
    async end() {
      table ??= new Table(output, columnsOf({ previews: options.previews, hookPoints: [] }), groupRows.scores);
      await table.end({ format: 1, tool: { name: toolName, version: toolVersion }, files: about, failed });
    },
  };
}

function aboutFile({ result: { summary, vectors }, provenance, judged, evaluation }: FileOutcome) {
  const { problems, ...rest } = summary;
  return { summary: { ...rest, problems: problems.length }, provenance, ...(vectors ? { hookPoints: vectors.hookPoints } : {}), ...(judged ? { failOn: judged } : {}), ...(evaluation ? { key: evaluation } : {}) };
}

/** A Parquet file that leaves row group by row group. */
class Table {
  private readonly bytes = new ByteWriter(1 << 16);
  private readonly metadata: KeyValue[] = [];
  private readonly parquet: ParquetWriter;

  constructor(
    private readonly output: Output,
    private readonly columns: ParquetColumn[],
    private readonly rowsAtOnce: number,
  ) {
    const schema = [{ name: 'schema', num_children: columns.length }, ...columns.flatMap(({ name, kind }) => elementsOf(name, kind))];
    this.parquet = new ParquetWriter({ writer: this.bytes, schema, kvMetadata: this.metadata, createdBy: `${toolName} ${toolVersion}` });
  }

  async append(rows: Iterable<TableRow>): Promise<void> {
    let group: TableRow[] = [];
    for (const row of rows) {
      group.push(row);
      if (group.length === this.rowsAtOnce) {
        await this.write(group);
        group = [];
      }
    }
    if (group.length > 0) await this.write(group);
  }

  /** @param about stands in the metadata, beside what each column is */
  async end(about: object): Promise<void> {
    const columns = Object.fromEntries(this.columns.map((column) => [column.name, column.about]));
    this.metadata.push({ key: 'persona-lens', value: JSON.stringify({ ...about, columns }) });
    await this.parquet.finish();
    await this.leave();
  }

  private async write(rows: TableRow[]): Promise<void> {
    const columnData = this.columns.map(({ name, kind, value }) => {
      const vector = typeof kind === 'object' && 'list' in kind && kind.list === 'FLOAT';
      // Floats do not compress, and no two are equal.
      return { name, data: rows.map((row) => value(row) ?? null), ...(vector ? { encoding: 'PLAIN' as const, codec: 'UNCOMPRESSED' as const, statistics: false } : {}) };
    });
    await this.parquet.write({ columnData, rowGroupSize: rows.length });
    await this.leave();
  }

  private async leave(): Promise<void> {
    await this.output.write(this.bytes.getBytes().slice());
    this.bytes.index = 0;
  }
}
