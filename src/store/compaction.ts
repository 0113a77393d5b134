import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SegmentKind } from './columns';
import { removeQuietly } from './disk';
import { isMissing } from './errors';
import { listSegments, writeSegmentFile } from './keyFolder';
import type { KeySegments, LoadedSegment } from './keySegments';
import { concatTables, layoutId, type Table } from './table';

const mebibyte = 1 << 20;

/** Segments are merged with others of their size, so that a row is written a few times, however many rows there are. */
const tiers = [4 * mebibyte, 32 * mebibyte];

/** More than this many of one size are merged. */
export const mostSegments = 16;

/** A merge is held in memory. Two of the last tier fit; what is larger stays as it is. */
const largestMerge = 64 * mebibyte;

export interface SizedSegment {
  file: string;
  bytes: number;
}

/** Which segments to merge, each list into one. */
export function mergePlan(segments: SizedSegment[]): string[][] {
  return tiers.flatMap((above, tier) => {
    const below = tiers[tier - 1] ?? 0;
    const alike = segments.filter(({ bytes }) => bytes >= below && bytes < above);
    return alike.length > mostSegments ? packed(alike).filter(({ length }) => length > 1) : [];
  });
}

function packed(segments: SizedSegment[]): string[][] {
  const lists: string[][] = [];
  let room = 0;
  for (const { file, bytes } of segments) {
    if (bytes > room) {
      lists.push([]);
      room = largestMerge;
    }
    lists.at(-1)!.push(file);
    room -= bytes;
  }
  return lists;
}

/** Merges the small segments of a kind when there are many. The new segment is there before the old ones go: no reader ever misses a row. */
export async function compact(folder: string, kind: SegmentKind, segments: KeySegments): Promise<void> {
  const names = await listSegments(folder, kind);
  if (names.length <= mostSegments) return;
  const sized = await Promise.all(names.map(async ({ file }) => ({ file, bytes: await sizeOf(join(folder, file)) })));
  const plan = mergePlan(sized);
  if (plan.length === 0) return;

  const loaded = new Map<string, LoadedSegment>();
  await segments.each(kind, async (segment) => void loaded.set(segment.name.file, segment));
  for (const files of plan) {
    for (const alike of groupByLayout(files, loaded)) if (alike.length > 1) await merge(folder, alike, segments);
  }
}

function groupByLayout(files: string[], loaded: Map<string, LoadedSegment>): LoadedSegment[][] {
  const groups = new Map<string, LoadedSegment[]>();
  for (const file of files) {
    const segment = loaded.get(file);
    if (!segment) continue;
    const id = layoutId(segment.segment);
    groups.set(id, [...(groups.get(id) ?? []), segment]);
  }
  return [...groups.values()];
}

async function merge(folder: string, alike: LoadedSegment[], segments: KeySegments): Promise<void> {
  const read = new Map<string, Table>();
  for (const segment of alike) {
    try {
      read.set(segment.name.file, await segment.open((read) => read()));
    } catch (error) {
      // Another process merged it already.
      if (isMissing(error)) return;
      await segments.skip(segment.name, error);
    }
  }
  if (read.size < 2) return;
  const merged = await writeSegmentFile(folder, concatTables([...read.values()]));
  // Where all rows stood in one of them, that one is the new segment.
  for (const file of read.keys()) if (file !== merged) await removeQuietly(join(folder, file));
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => Infinity,
  );
