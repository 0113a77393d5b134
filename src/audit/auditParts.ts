import type { RecordTokenizer } from '../core/text';
import type { Engine } from '../engine/engine';
import type { LoadedModel } from '../engine/loadedModel';
import type { ScoringAssets } from './assets';
import type { CacheAccess } from './cacheAccess';
import type { MarkMemory } from './markMemory';
import type { RecordCache } from './recordCache';
import type { ScoreCache } from './scoreCache';

/** What an audit works with. */
export interface AuditParts {
  model: LoadedModel;
  /** Opened when first asked for: an audit that finds all in the cache shows its rows before. */
  engine: () => Promise<Engine>;
  tokenizer: RecordTokenizer;
  assets: ScoringAssets;
  access: CacheAccess;
  cache: RecordCache;
  scores: ScoreCache;
  marks: MarkMemory;
}
