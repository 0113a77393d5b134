import type { AgreeingTokens } from '../core/probe';
import type { RecordVectors, RowValues } from '../core/types';
import type { SegmentKind } from './columns';
import type { KeySegments, LoadedSegment } from './keySegments';
import { pushesOf } from './pushes';
import { referenceHash, referencesOf } from './references';
import { recordsOf } from './rows';
import { pushScoresOf, scoresOf } from './scores';
import { spansOf } from './spans';
import { type Table, hashBytes, isHash } from './table';

/** The rows that are stored, by hash. Only the row groups that hold them are read. */
export async function findRecords(segments: KeySegments, hashes: Iterable<string>): Promise<Map<string, RecordVectors>> {
  const missing = wantedOf(hashes);
  const found = new Map<string, RecordVectors>();
  await readRows(segments, 'vectors', missing, (table, rows) => {
    for (const record of recordsOf(table, rows)) {
      found.set(record.hash, record);
      missing.delete(record.hash);
    }
  });
  return found;
}

const wantedOf = (hashes: Iterable<string>): Map<string, Uint8Array> => new Map([...hashes].filter(isHash).map((hash) => [hash, hashBytes(hash)]));

/** Rows' numbers under a card, with those that push gave later. */
export async function findScores(segments: KeySegments, hashes: Iterable<string>): Promise<Map<string, RowValues>> {
  const missing = wantedOf(hashes);
  const found = new Map<string, RowValues>();
  await readRows(segments, 'scores', missing, (table, rows) => {
    for (const { hash, values } of scoresOf(table, rows)) {
      found.set(hash, values);
      missing.delete(hash);
    }
  });
  const without = wantedOf(found.keys());
  await readRows(segments, 'pushscores', without, (table, rows) => {
    for (const { hash, values, beyond } of pushScoresOf(table, rows)) {
      const row = found.get(hash)!;
      values.forEach((value, probe) => {
        if (Number.isNaN(value)) return;
        row.values[probe] = value;
        row.beyond[probe] = beyond[probe]!;
      });
      without.delete(hash);
    }
  });
  return found;
}

export async function findSpans(segments: KeySegments, hashes: Iterable<string>): Promise<Map<string, AgreeingTokens>> {
  const missing = wantedOf(hashes);
  const found = new Map<string, AgreeingTokens>();
  await readRows(segments, 'spans', missing, (table, rows) => {
    for (const { hash, agreeing } of spansOf(table, rows)) {
      found.set(hash, agreeing);
      missing.delete(hash);
    }
  });
  return found;
}

export async function findReferences(segments: KeySegments, names: Iterable<string>): Promise<Map<string, Float64Array>> {
  const nameOf = new Map(Array.from(names, (name) => [referenceHash(name), name]));
  const found = new Map<string, Float64Array>();
  await readRows(segments, 'references', wantedOf(nameOf.keys()), (table, rows) => {
    for (const [hash, values] of referencesOf(table, rows)) found.set(nameOf.get(hash)!, values);
  });
  return found;
}

/** The losses of a pass of their own. */
export async function findLosses(segments: KeySegments, hashes: Iterable<string>): Promise<Map<string, number>> {
  const wanted = wantedOf(hashes);
  const found = new Map<string, number>();
  await segments.each('losses', async ({ index, losses }) => {
    for (const [hash, bytes] of wanted) {
      const row = index.rowOf(bytes);
      if (row < 0) continue;
      found.set(hash, losses![row]!);
      wanted.delete(hash);
    }
  });
  return found;
}

/** Fills in the push vectors that came in a later pass. */
export async function mergePushes(segments: KeySegments, records: Map<string, RecordVectors>): Promise<void> {
  const without = wantedOf(records.keys());
  await readRows(segments, 'pushes', without, (table, rows) => {
    for (const { hash, push } of pushesOf(table, rows)) {
      records.get(hash)!.push = push;
      without.delete(hash);
    }
  });
}

/** Reads the row groups that hold the wanted rows; the visitor takes those it has had off the map. */
async function readRows(segments: KeySegments, kind: SegmentKind, wanted: ReadonlyMap<string, Uint8Array>, visit: (table: Table, rows: number[]) => void): Promise<void> {
  await segments.each(kind, async (segment) => {
    const groups = rowsByGroup(segment, wanted.values());
    if (groups.size === 0) return;
    await segment.open(async (read) => {
      for (const [group, rows] of groups) visit(await read([group]), rows);
    });
  });
}

/** Fills in the losses that came in a later pass. */
export async function mergeLosses(segments: KeySegments, records: Map<string, RecordVectors>): Promise<void> {
  const without = [...records.values()].filter(({ loss }) => loss === undefined).map((record) => ({ record, hash: hashBytes(record.hash) }));
  if (without.length === 0) return;
  await segments.each('losses', async ({ index, losses }) => {
    for (const { record, hash } of without) {
      const row = index.rowOf(hash);
      if (row >= 0) record.loss ??= losses![row]!;
    }
  });
}

/** Rows within their group, by group. */
function rowsByGroup({ segment, index }: LoadedSegment, hashes: Iterable<Uint8Array>): Map<number, number[]> {
  const rows = [...hashes].map((hash) => index.rowOf(hash)).filter((row) => row >= 0);
  const groups = new Map<number, number[]>();
  let group = 0;
  for (const row of rows.sort((a, b) => a - b)) {
    while (row >= segment.groupStarts[group + 1]!) group++;
    const within = groups.get(group) ?? [];
    within.push(row - segment.groupStarts[group]!);
    groups.set(group, within);
  }
  return groups;
}
