import type { RecordVectors } from '../core/types';
import type { KeySegments, LoadedSegment } from './keySegments';
import { recordsOf } from './rows';
import { hashBytes, isHash } from './table';

/** The rows that are stored, by hash. Only the row groups that hold them are read. */
export async function findRecords(segments: KeySegments, hashes: Iterable<string>): Promise<Map<string, RecordVectors>> {
  const missing = new Map([...hashes].filter(isHash).map((hash) => [hash, hashBytes(hash)]));
  const found = new Map<string, RecordVectors>();
  await segments.each('vectors', async (segment) => {
    const groups = rowsByGroup(segment, missing.values());
    if (groups.size === 0) return;
    await segment.open(async (read) => {
      for (const [group, rows] of groups) {
        for (const record of recordsOf(await read([group]), rows)) {
          found.set(record.hash, record);
          missing.delete(record.hash);
        }
      }
    });
  });
  return found;
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
