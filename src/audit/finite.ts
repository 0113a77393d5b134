import type { RecordVectors } from '../core/types';
import { EngineError } from '../engine/errors';

/**
 * Vectors that are numbers. In a packed batch one row that is not finite spoils the others (0 x NaN), so the batch is refused, not the row.
 * @throws EngineError `not-finite`
 */
export function refuseNotFinite(rows: RecordVectors[]): RecordVectors[] {
  const isFinite = ({ activation, prompt, last, latents, perTurn }: RecordVectors): boolean =>
    [activation, prompt, last, ...perTurn.map((turn) => turn.activation)].every((hooks) => Object.values(hooks).every(areFinite)) && Object.values(latents).every(({ value }) => areFinite(value));
  if (!rows.every(isFinite)) throw new EngineError('not-finite', 'the model gives numbers that are not finite for it. Another device or a model in higher precision may read it.');
  return rows;
}

const areFinite = (values: Float32Array): boolean => values.every(Number.isFinite);
