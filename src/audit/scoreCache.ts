import type { AgreeingTokens } from '../core/probe';
import type { RowValues, ScoreKey } from '../core/types';
import type { KeyedValues, PushScores, RecordSpans, ReferenceNumbers } from '../store';
import type { CacheAccess } from './cacheAccess';

/** What was made of vectors with a card and a reference set, as one audit sees it: under one key. */
export class ScoreCache {
  constructor(
    private readonly access: CacheAccess,
    readonly key: ScoreKey,
  ) {}

  /**
   * Numbers of rows, by their keys.
   * @param keys of rows, as AuditRow has them
   */
  async values(keys: Iterable<string>): Promise<Map<string, RowValues>> {
    return (await this.access.attempt((store) => store.getScores(this.key, keys))) ?? new Map();
  }

  async putValues({ scores, pushed }: { scores: readonly KeyedValues[]; pushed: readonly PushScores[] }): Promise<void> {
    await this.access.attempt((store) => store.putScores(this.key, scores));
    await this.access.attempt((store) => store.putPushScores(this.key, pushed));
  }

  /** What the token pass found in records. */
  async spans(hashes: Iterable<string>): Promise<Map<string, AgreeingTokens>> {
    return (await this.access.attempt((store) => store.getSpans(this.key, hashes))) ?? new Map();
  }

  async putSpans(found: readonly RecordSpans[]): Promise<void> {
    await this.access.attempt((store) => store.putSpans(this.key, found));
  }

  /** What the reference rows give, by name. */
  async references(names: readonly string[]): Promise<ReferenceNumbers> {
    return (await this.access.attempt((store) => store.getReferences(this.key, names))) ?? new Map();
  }

  async putReferences(numbers: ReferenceNumbers): Promise<void> {
    await this.access.attempt((store) => store.putReferences(this.key, numbers));
  }
}
