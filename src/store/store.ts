import { join, resolve } from 'node:path';
import type { AgreeingTokens } from '../core/probe';
import type { RecordVectors, RowValues, ScoreKey, VectorKey } from '../core/types';
import type { CacheInfo } from '../protocol/audit';
import { canonicalJson } from '../base/hash';
import { type Logger, silentLogger } from '../base/logger';
import { messageOf } from '../base/errors';
import { segmentKinds } from './columns';
import { compact } from './compaction';
import { makeFolder, removeQuietly, writeAtomic } from './disk';
import { storeError } from './errors';
import { keyFolderName, touchKey, writeSegmentFile } from './keyFolder';
import { KeySegments } from './keySegments';
import { enforceLimit } from './limit';
import { findLosses, findRecords, findReferences, findScores, findSpans, mergeLosses, mergePushes } from './lookup';
import { lossesTable, type RowLoss } from './losses';
import { pushesTable, type RowPush } from './pushes';
import { type ReferenceNumbers, referencesTable } from './references';
import { vectorsTable } from './rows';
import { type KeyedValues, type PushScores, pushScoresTable, scoresTable } from './scores';
import { type RecordSpans, spansTable } from './spans';
import type { Table } from './table';
import { expandedWeights, removeAbandoned, removeKey, usageOf } from './usage';

export interface StoreOptions {
  folder: string;
  maxBytes: number;
  logger?: Logger;
}

/** Tells backup programs to leave the folder out: https://bford.info/cachedir/ */
const cacheTag = 'Signature: 8a477f597d28d172789f06886806bc55\n# Vectors that Persona Lens computed. Deleting them loses nothing but time.\n';

/** ms between two notes of a key's last use. */
const touchInterval = 60_000;

/**
 * Vectors by key and record, and the scores that were made of them, on disk. Several windows and command lines use one folder at once without a lock: files never change, are named by
 * content and appear whole. A kill loses at most what was being put.
 */
export class VectorStore {
  private readonly segments = new Map<string, KeySegments>();
  private readonly touched = new Map<string, number>();
  private writable = true;

  private constructor(
    readonly folder: string,
    readonly maxBytes: number,
    private readonly logger: Logger,
  ) {}

  /** @throws StoreError where the folder cannot be made or written */
  static async open({ folder, maxBytes, logger = silentLogger }: StoreOptions): Promise<VectorStore> {
    const path = resolve(folder);
    try {
      await makeFolder(path);
      await writeAtomic(path, 'CACHEDIR.TAG', cacheTag);
    } catch (error) {
      throw storeError(error, 'use the cache folder', path);
    }
    await removeAbandoned(path);
    return new VectorStore(path, maxBytes, logger);
  }

  /** Those of the rows that are stored, with their losses and push vectors where they are. Ask for some hundreds at a time: all are held in memory. */
  get(key: VectorKey, hashes: Iterable<string>): Promise<Map<string, RecordVectors>> {
    return this.read(key, async (segments) => {
      const found = await findRecords(segments, hashes);
      await mergeLosses(segments, found);
      await mergePushes(segments, found);
      return found;
    });
  }

  /** Losses that a pass of their own gave, without the vectors of their rows. */
  getLosses(key: VectorKey, hashes: Iterable<string>): Promise<Map<string, number>> {
    return this.read(key, (segments) => findLosses(segments, hashes));
  }

  /** What rows were given under a card, those under probes on push included where they are stored. */
  getScores(key: ScoreKey, hashes: Iterable<string>): Promise<Map<string, RowValues>> {
    return this.read(key, (segments) => findScores(segments, hashes));
  }

  /** What the token pass found. */
  getSpans(key: ScoreKey, hashes: Iterable<string>): Promise<Map<string, AgreeingTokens>> {
    return this.read(key, (segments) => findSpans(segments, hashes));
  }

  /** Those of the named numbers of the reference set that are stored. */
  getReferences(key: ScoreKey, names: Iterable<string>): Promise<Map<string, Float64Array>> {
    return this.read(key, (segments) => findReferences(segments, names));
  }

  /**
   * Stores rows, with their losses where they have some. `get` gives them back as `roundTrip` does. Merges small segments now and then.
   * @throws StoreError once: after that it does nothing, and the audit goes on without a cache
   */
  put(key: VectorKey, rows: RecordVectors[]): Promise<void> {
    return rows.length === 0 ? Promise.resolve() : this.write(key, () => vectorsTable(key, rows));
  }

  /** @throws StoreError once, as `put` */
  putLosses(key: VectorKey, rows: RowLoss[]): Promise<void> {
    return rows.length === 0 ? Promise.resolve() : this.write(key, () => lossesTable(key, rows));
  }

  /** @throws StoreError once, as `put` */
  putPushes(key: VectorKey, rows: RowPush[]): Promise<void> {
    return rows.length === 0 ? Promise.resolve() : this.write(key, () => pushesTable(key, rows));
  }

  /** @throws StoreError once, as `put` */
  putScores(key: ScoreKey, rows: readonly KeyedValues[]): Promise<void> {
    return rows.length === 0 ? Promise.resolve() : this.write(key, () => scoresTable(key, rows));
  }

  /** @throws StoreError once, as `put` */
  putPushScores(key: ScoreKey, rows: readonly PushScores[]): Promise<void> {
    return rows.length === 0 ? Promise.resolve() : this.write(key, () => pushScoresTable(key, rows));
  }

  /** @throws StoreError once, as `put` */
  putSpans(key: ScoreKey, rows: readonly RecordSpans[]): Promise<void> {
    return rows.length === 0 ? Promise.resolve() : this.write(key, () => spansTable(key, rows));
  }

  /** @throws StoreError once, as `put` */
  putReferences(key: ScoreKey, numbers: ReferenceNumbers): Promise<void> {
    return this.write(key, () => referencesTable(key, numbers));
  }

  /** Merges the small segments of a key when there are many. `put` does it by itself. */
  async compact(key: VectorKey): Promise<void> {
    try {
      for (const kind of segmentKinds) await compact(this.pathOf(key), kind, this.segmentsOf(key));
    } catch (error) {
      throw storeError(error, 'compact the cache in', this.folder);
    }
  }

  /** Removes the keys that were not used for longest until the cache fits; of the current ones only what does not fit alone. */
  async enforceLimit(...current: VectorKey[]): Promise<void> {
    await enforceLimit(await usageOf(this.folder), this.maxBytes, current.map(keyFolderName));
  }

  async info(): Promise<CacheInfo> {
    const keys = await usageOf(this.folder);
    const sum = (what: 'bytes' | 'records') => keys.reduce((total, key) => total + key[what], 0);
    const weights = (await expandedWeights(this.folder)).reduce((total, { bytes }) => total + bytes, 0);
    return { folder: this.folder, bytes: sum('bytes') + weights, records: sum('records'), maxBytes: this.maxBytes };
  }

  /** Removes what the store wrote, for all keys, and no other file. */
  async clear(): Promise<CacheInfo> {
    for (const key of await usageOf(this.folder)) await removeKey(key);
    for (const { path } of await expandedWeights(this.folder)) await removeQuietly(path);
    return this.info();
  }

  private async read<K, V>(key: VectorKey, find: (segments: KeySegments) => Promise<Map<K, V>>): Promise<Map<K, V>> {
    try {
      const found = await find(this.segmentsOf(key));
      if (found.size > 0) await this.touch(key);
      return found;
    } catch (error) {
      throw storeError(error, 'read the cache in', this.folder);
    }
  }

  private async write(key: VectorKey, table: () => Table): Promise<void> {
    if (!this.writable) return;
    try {
      await writeSegmentFile(this.pathOf(key), table());
      await this.touch(key, 0);
    } catch (error) {
      const failure = storeError(error, 'write to the cache in', this.folder);
      if (failure !== error) this.writable = false;
      throw failure;
    }
    await this.compact(key).catch((error: unknown) => this.logger.warn(`The cache was not compacted: ${messageOf(error)}`));
  }

  private async touch(key: VectorKey, interval = touchInterval): Promise<void> {
    const path = this.pathOf(key);
    if (Date.now() - (this.touched.get(path) ?? -Infinity) < interval) return;
    this.touched.set(path, Date.now());
    await touchKey(path, key);
  }

  private pathOf(key: VectorKey): string {
    return join(this.folder, keyFolderName(key));
  }

  private segmentsOf(key: VectorKey): KeySegments {
    const path = this.pathOf(key);
    let segments = this.segments.get(path);
    if (!segments) this.segments.set(path, (segments = new KeySegments(path, canonicalJson(key), this.logger)));
    return segments;
  }
}
