import type { AgreeingTokens } from '../core/probe';
import type { ScoreCache } from './scoreCache';

/** Records remembered: a few hundred bytes each. */
const most = 20_000;

/** What the token pass found, by score key and record: an audited file that is opened or edited again reads the tokens of changed rows only. */
export class MarkMemory {
  private readonly found = new Map<string, AgreeingTokens>();

  get(scoreKey: string, hash: string): AgreeingTokens | undefined {
    return this.found.get(`${scoreKey} ${hash}`);
  }

  /** Takes what the cache has of records that are not remembered. */
  async load(cache: ScoreCache, scoreKey: string, hashes: readonly string[]): Promise<void> {
    const missing = hashes.filter((hash) => !this.get(scoreKey, hash));
    if (missing.length) for (const [hash, agreeing] of await cache.spans(missing)) this.put(scoreKey, hash, agreeing);
  }

  /** The oldest goes when there are too many. */
  put(scoreKey: string, hash: string, agreeing: AgreeingTokens): void {
    this.found.set(`${scoreKey} ${hash}`, agreeing);
    if (this.found.size > most) this.found.delete(this.found.keys().next().value!);
  }
}
