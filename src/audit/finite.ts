import type { RecordVectors, TokenizedRecord } from '../core/types';
import { EngineError } from '../engine/errors';
import type { RecordPush } from '../engine/push';

/**
 * Vectors that are numbers. In a packed batch one row that is not finite spoils the others (0 x NaN), so the batch is refused, not the row.
 * @throws EngineError `not-finite`
 */
export function refuseNotFinite(rows: RecordVectors[]): RecordVectors[] {
  const isFinite = ({ activation, prompt, last, latents, perTurn }: RecordVectors): boolean =>
    [activation, prompt, last, ...perTurn.map((turn) => turn.activation)].every((hooks) => Object.values(hooks).every(areFinite)) && Object.values(latents).every(({ value }) => areFinite(value));
  if (!rows.every(isFinite)) throw notFinite();
  return rows;
}

/**
 * Losses that are numbers; NaN only where no response token has a predecessor.
 * @throws EngineError `not-finite`
 */
export function refuseLossNotFinite(losses: number[], records: TokenizedRecord[]): number[] {
  const hasLoss = ({ response }: TokenizedRecord): boolean => response.includes(1, 1);
  if (losses.some((loss, i) => !Number.isFinite(loss) && hasLoss(records[i]!))) throw notFinite();
  return losses;
}

/**
 * Push vectors and losses that are numbers.
 * @throws EngineError `not-finite`
 */
export function refusePushNotFinite(rows: RecordPush[], records: TokenizedRecord[]): RecordPush[] {
  if (!rows.every(({ push }) => areFinite(push))) throw notFinite();
  refuseLossNotFinite(rows.map(({ loss }) => loss), records);
  return rows;
}

const notFinite = () => new EngineError('not-finite', 'the model gives numbers that are not finite for it. Another device or a model in higher precision may read it.');

const areFinite = (values: Float32Array): boolean => values.every(Number.isFinite);
