import { createHash } from 'node:crypto';
import { type AsyncBuffer, type FileMetaData, parquetMetadata, parquetRead } from 'hyparquet';
import { columnsOf, type SegmentKind, segmentKinds } from './columns';
import { DamagedSegment } from './errors';
import type { Layout } from './layout';
import { chunkDigestLength, chunkRanges, digestLength, digestOffset, formatVersion, metadataKeys, tailLength } from './segmentFormat';
import type { Cell, Table } from './table';
import { type Chunk, verified } from './verifiedBuffer';

/** What a segment's metadata says. Enough to read from its file again. */
export interface Segment {
  kind: SegmentKind;
  key: string;
  layout: Layout;
  rows: number;
  /** First row of each row group, and the number of rows at the end. */
  groupStarts: number[];
  metadata: FileMetaData;
  chunks: Map<number, Chunk>;
}

const magic = 0x31524150;

/**
 * Reads and checks the metadata.
 * @param digest from the file's name; without it the one in the file counts
 * @throws DamagedSegment
 */
export async function readMetadata(file: AsyncBuffer, digest?: string): Promise<Segment> {
  if (file.byteLength < digestOffset + digestLength + tailLength) throw new DamagedSegment('it is too short');
  const tail = new DataView(await file.slice(file.byteLength - tailLength, file.byteLength));
  const length = tail.getUint32(0, true);
  const start = file.byteLength - tailLength - length;
  if (tail.getUint32(4, true) !== magic) throw new DamagedSegment('its end is missing');
  if (start < digestOffset + digestLength) throw new DamagedSegment('its metadata is cut');
  const footer = await file.slice(start, file.byteLength);
  const expected = digest ?? Buffer.from(await file.slice(digestOffset, digestOffset + digestLength)).toString('hex');
  const actual = createHash('sha256').update(new Uint8Array(footer, 0, length)).digest('hex');
  if (actual !== expected) throw new DamagedSegment('its metadata has changed');
  return segmentOf(parquetMetadata(footer, { geoparquet: false }));
}

function segmentOf(metadata: FileMetaData): Segment {
  const value = (name: string) => {
    const found = metadata.key_value_metadata?.find(({ key }) => key === name)?.value;
    if (found === undefined) throw new DamagedSegment(`it has no ${name}`);
    return found;
  };
  const about = JSON.parse(value(metadataKeys.about)) as Layout & { format: number; kind: SegmentKind };
  if (about.format !== formatVersion || !segmentKinds.includes(about.kind)) throw new DamagedSegment(`its format is ${about.format} (${about.kind})`);
  const digests = Buffer.from(value(metadataKeys.chunks), 'base64');
  const chunks = chunkRanges(metadata.row_groups).map(({ start, end }, i): [number, Chunk] => {
    const digest = digests.subarray(i * chunkDigestLength, (i + 1) * chunkDigestLength);
    return [start, { end, digest }];
  });
  const groupStarts = [0];
  for (const { num_rows } of metadata.row_groups) groupStarts.push(groupStarts.at(-1)! + Number(num_rows));
  return {
    kind: about.kind,
    key: value(metadataKeys.vectorKey),
    layout: { hookPoints: about.hookPoints, dModel: about.dModel },
    rows: groupStarts.at(-1)!,
    groupStarts,
    metadata,
    chunks: new Map(chunks),
  };
}

/**
 * Reads row groups (all, unless told) and checks what it reads.
 * @param names columns; all unless told, and the others come back empty
 * @throws DamagedSegment
 */
export async function readTable(file: AsyncBuffer, segment: Segment, groups?: number[], names?: string[]): Promise<Table> {
  const { kind, key, layout, metadata, chunks } = segment;
  const rowGroups = groups ? groups.map((group) => metadata.row_groups[group]!) : metadata.row_groups;
  const rows = rowGroups.reduce((sum, { num_rows }) => sum + Number(num_rows), 0);
  const wanted = columnsOf(kind, layout).map(({ name }) => ({ name, cells: new Array<Cell>(names && !names.includes(name) ? 0 : rows) }));
  const byName = new Map(wanted.map(({ name, cells }) => [name, cells]));
  await parquetRead({
    file: verified(file, chunks),
    metadata: { ...metadata, row_groups: rowGroups },
    utf8: false,
    ...(names ? { columns: names } : {}),
    onChunk({ columnName, columnData, rowStart }) {
      const cells = byName.get(columnName)!;
      for (let i = 0; i < columnData.length; i++) cells[rowStart + i] = columnData[i] as Cell;
    },
  });
  return { kind, key, layout, columns: wanted.map(({ cells }) => cells) };
}
