import { join } from 'node:path';
import type { Logger } from '../base/logger';
import type { SegmentKind } from './columns';
import { removeQuietly, withFile } from './disk';
import { DamagedSegment, errnoOf, isMissing, StoreError } from './errors';
import { HashIndex } from './hashIndex';
import { listSegments } from './keyFolder';
import type { SegmentName } from './segmentName';
import { readMetadata, readTable, type Segment } from './segmentReader';
import type { Table } from './table';

/** A segment as it is kept in memory: where its rows stand, not the rows. */
export interface LoadedSegment {
  name: SegmentName;
  segment: Segment;
  index: HashIndex;
  /** Of a segment of losses: they are small. */
  losses: number[] | null;
  /** Opens the file for the time of `use`. */
  open<T>(use: (read: ReadGroups) => Promise<T>): Promise<T>;
}

/** Reads row groups; all, unless told. */
export type ReadGroups = (groups?: number[]) => Promise<Table>;

const listings = 3;

/** The segments of one key. They never change, so what was loaded once stays right for as long as the file is there. */
export class KeySegments {
  private readonly loaded = new Map<string, LoadedSegment>();
  private readonly warned = new Set<string>();

  constructor(
    private readonly folder: string,
    /** Canonical JSON. */
    private readonly key: string,
    private readonly logger: Logger,
  ) {}

  /**
   * Visits every readable segment of a kind, in order of name. When one vanishes, its rows are in a newer one: all are listed and visited again,
   * so a visitor must bear to see a segment twice. Damaged segments are removed.
   * @throws StoreError `changing`
   */
  async each(kind: SegmentKind, visit: (segment: LoadedSegment) => Promise<void>): Promise<void> {
    for (let listing = 1; listing <= listings; listing++) {
      const names = await listSegments(this.folder, kind);
      this.forgetAllBut(kind, names);
      let vanished = false;
      for (const name of names) {
        try {
          await visit(await this.load(name));
        } catch (error) {
          if (isMissing(error)) vanished = true;
          else await this.skip(name, error);
        }
      }
      if (!vanished) return;
    }
    throw new StoreError(
      'changing',
      `Cannot read the cache in ${this.folder}: its files vanished ${listings} times while they were read. Close other windows that clear the cache, and try again.`,
    );
  }

  private async load(name: SegmentName): Promise<LoadedSegment> {
    const known = this.loaded.get(name.file);
    if (known) return known;
    const path = join(this.folder, name.file);
    const loaded = await withFile(path, async (file): Promise<LoadedSegment> => {
      const segment = await readMetadata(file, name.digest);
      if (segment.kind !== name.kind || segment.key !== this.key) throw new DamagedSegment('it belongs to another key');
      const isLoss = segment.kind === 'losses';
      const { columns } = await readTable(file, segment, undefined, isLoss ? ['hash', 'loss'] : ['hash']);
      return {
        name,
        segment,
        index: new HashIndex(Buffer.concat(columns[0] as Uint8Array[])),
        losses: isLoss ? (columns[1] as number[]) : null,
        open: (use) => withFile(path, (again) => use((groups) => readTable(again, segment, groups))),
      };
    });
    this.loaded.set(name.file, loaded);
    return loaded;
  }

  /** Removes a damaged segment, passes over an unreadable one, throws what is neither. */
  async skip({ file }: SegmentName, error: unknown): Promise<void> {
    this.loaded.delete(file);
    if (error instanceof DamagedSegment) {
      this.warn(file, `is damaged (${error.message}) and is removed`);
      await removeQuietly(join(this.folder, file));
    } else if (errnoOf(error) !== null) {
      this.warn(file, `cannot be read (${errnoOf(error)})`);
    } else {
      throw error;
    }
  }

  /** Once a file: where it cannot be removed it is met again and again. */
  private warn(file: string, what: string): void {
    if (this.warned.has(file)) return;
    this.warned.add(file);
    this.logger.warn(`The cache file ${file} ${what}. Its rows are computed again.`);
  }

  private forgetAllBut(kind: SegmentKind, names: SegmentName[]): void {
    const present = new Set(names.map(({ file }) => file));
    for (const [file, { name }] of this.loaded) if (name.kind === kind && !present.has(file)) this.loaded.delete(file);
  }
}
