import { createHash } from 'node:crypto';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { KeyValue, RowGroup, SchemaElement } from 'hyparquet';
import { columnsOf, encodings, groupRows } from './columns';
import { chunkRanges, digestOffset, digestLength, chunkDigest, formatVersion, metadataKeys, tailLength } from './segmentFormat';
import type { Table } from './table';

/** A segment's bytes and the name that its content gives it. */
export interface Written {
  bytes: Uint8Array;
  digest: string;
}

export function writeTable(table: Table): Written {
  const columns = columnsOf(table.kind, table.layout);
  const writer = new ByteWriter(1 << 16);
  const kvMetadata: KeyValue[] = [
    {
      key: metadataKeys.about,
      value: JSON.stringify({ format: formatVersion, kind: table.kind, ...table.layout, columns: encodings[table.kind] }),
    },
    { key: metadataKeys.vectorKey, value: table.key },
  ];
  const parquet = new ParquetWriter({ writer, schema: schemaOf(columns), codec: 'UNCOMPRESSED', statistics: false, kvMetadata, createdBy: 'persona-lens' });
  writer.appendBytes(new Uint8Array(digestLength));
  // Into memory: neither of the two returns a promise.
  void parquet.write({
    columnData: columns.map(({ name }, column) => ({ name, data: table.columns[column]!, encoding: 'PLAIN' as const, offsetIndex: false })),
    rowGroupSize: groupRows[table.kind],
    pageSize: 0,
  });
  kvMetadata.push({ key: metadataKeys.chunks, value: chunkDigests(writer.getBytes(), parquet.row_groups) });
  const footerStart = writer.offset;
  void parquet.finish();

  const bytes = writer.getBytes();
  const digest = createHash('sha256').update(bytes.subarray(footerStart, bytes.length - tailLength)).digest();
  bytes.set(digest, digestOffset);
  return { bytes, digest: digest.toString('hex') };
}

function schemaOf(columns: ReturnType<typeof columnsOf>): SchemaElement[] {
  return [
    { name: 'root', num_children: columns.length },
    ...columns.map(
      ({ name, type, bytes, optional }): SchemaElement => ({
        name,
        type,
        repetition_type: optional ? 'OPTIONAL' : 'REQUIRED',
        ...(bytes === undefined ? {} : { type_length: bytes }),
      }),
    ),
  ];
}

function chunkDigests(bytes: Uint8Array, groups: RowGroup[]): string {
  return Buffer.concat(chunkRanges(groups).map(({ start, end }) => chunkDigest(bytes.subarray(start, end)))).toString('base64');
}
