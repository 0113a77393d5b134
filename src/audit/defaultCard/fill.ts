import { ExpectedError, throwIfAborted } from '../../base/errors';
import type { RecordTokenizer } from '../../core/text';
import type { RecordVectors } from '../../core/types';
import type { Engine } from '../../engine/engine';
import type { AuditStage, BatchNotice } from '../../protocol';
import { KnownRecords } from '../knownRecords';
import type { PassCare } from '../pass';
import { PushPass } from '../pushPass';
import { BatchQueue, byLength } from '../queue';
import type { RecordCache } from '../recordCache';
import { type AuditRow, recordsOf } from '../rows';
import { VectorPass } from '../vectorPass';

/** What making a card tells while it runs. */
export interface CardHooks {
  /** @param ran rows that the model was run for */
  onProgress(stage: AuditStage, done: number, total: number, ran: number): void;
  /** Awaited before each batch, and with null after it. */
  onBatch(batch: BatchNotice | null): Promise<void>;
  signal?: AbortSignal | undefined;
}

/** A model opened at a hook point, with the cache of what it gives there. */
export interface CardEngine {
  engine: Engine;
  tokenizer: RecordTokenizer;
  cache: RecordCache;
}

/**
 * Activation and push vectors and losses of every record of some rows, from the cache where they are.
 * @throws ExpectedError `row-failed` when the engine cannot run a row
 */
export async function fillVectors({ engine, cache }: CardEngine, rows: AuditRow[], { onProgress, onBatch, signal }: CardHooks): Promise<Map<string, RecordVectors>> {
  const known = new KnownRecords();
  await known.load(cache, recordsOf(rows).map(({ record }) => record.hash));
  const care: PassCare = {
    alone: new Set(),
    setAside: [],
    onBatch,
    onFailed: (_, { message }) => {
      throw new ExpectedError('row-failed', `The default card cannot be made: a training or reference row failed. ${message}`);
    },
  };
  const hooks = (stage: AuditStage) => ({ onRows: () => undefined, onProgress: (done: number, total: number, ran: number) => onProgress(stage, done, total, ran), signal });
  const opened = () => Promise.resolve(engine);
  await new VectorPass(opened, cache, known, care).run(rows, hooks('activations'));
  await new PushPass(opened, cache, known, care).run(byLength(rows), hooks('pushes'));
  for (const [hash, loss] of known.losses) known.vectors.get(hash)!.loss = loss;
  return known.vectors;
}

/** Response means after every block, in the rows' order, `[rows][blocks][dModel]`. Rows are single records. */
export async function fillBlockMeans(engine: Engine, rows: readonly AuditRow[], { onProgress, onBatch, signal }: CardHooks): Promise<Float32Array[][]> {
  const queue = new BatchQueue(byLength([...rows]));
  const means = new Map<AuditRow, Float32Array[]>();
  onProgress('comparing blocks', 0, rows.length, 0);
  for (let batch = queue.next(); batch.length; batch = queue.next()) {
    throwIfAborted(signal);
    const records = batch.map(({ main }) => main.tokens);
    await onBatch({ work: 'activations', hashes: records.map(({ hash }) => hash), tokens: records.reduce((sum, { ids }) => sum + ids.length, 0) });
    try {
      const found = await engine.blockMeans(records, signal);
      batch.forEach((row, i) => means.set(row, found[i]!));
    } finally {
      await onBatch(null);
    }
    onProgress('comparing blocks', means.size, rows.length, means.size);
  }
  return rows.map((row) => means.get(row)!);
}
