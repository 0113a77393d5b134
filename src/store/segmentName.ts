import { type SegmentKind, segmentKinds } from './columns';
import { formatVersion } from './segmentFormat';

/** What the name of a segment's file says. */
export interface SegmentName {
  file: string;
  kind: SegmentKind;
  rows: number;
  /** SHA-256 of the metadata, which holds the digests of all else. */
  digest: string;
}

const pattern = /^([a-z]+)-v(\d+)-(\d+)-([0-9a-f]{64})\.parquet$/;

export function segmentFile(kind: SegmentKind, rows: number, digest: string): string {
  return `${kind}-v${formatVersion}-${rows}-${digest}.parquet`;
}

/** Null for other files and for segments of another version. */
export function parseSegmentName(file: string): SegmentName | null {
  const match = pattern.exec(file);
  const kind = segmentKinds.find((name) => name === match?.[1]);
  if (!match || !kind || Number(match[2]) !== formatVersion) return null;
  return { file, kind, rows: Number(match[3]), digest: match[4]! };
}

const keyFile = 'key.json';
const temporary = /^\.tmp-\d+-[0-9a-f]+$/;

/** The store counts and removes these, of whatever version, and nothing else. */
export const isOurs = (file: string): boolean => pattern.test(file) || file === keyFile || temporary.test(file);

export const isTemporary = (file: string): boolean => temporary.test(file);

/** A sub-folder of one key. */
export const isKeyFolder = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);
