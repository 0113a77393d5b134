import { type GraphBuilder } from '../onnx';

/**
 * Tokens of all rows lie one after the other, `[tokens]`; only attention sees rows, padded at the end to `[rows, time]`.
 * These are the inputs that say which is which.
 */
export const packedInputs = {
  ids: 'input_ids',
  /** For every place of the padded batch the packed token to put there, `[rows * time]`. */
  padIndex: 'pad_index',
  /** For every packed token its place in the padded batch, `[tokens]`. */
  unpadIndex: 'unpad_index',
  /** (rows, time), `[2]`. */
  batchShape: 'batch_shape',
  /** Last valid position of each row, `[rows]`. */
  lastPosition: 'last_position',
  /** The longest row's length, `[1]`. */
  longest: 'longest',
  /** Position of each row's first token, `[1]`: 0 but after a cached past (`withCache`). */
  firstPosition: 'first_position',
} as const;

export function declarePackedInputs(builder: GraphBuilder): void {
  builder.input(packedInputs.ids, 'int64', ['tokens']);
  builder.input(packedInputs.padIndex, 'int64', ['padded']);
  builder.input(packedInputs.unpadIndex, 'int64', ['tokens']);
  builder.input(packedInputs.batchShape, 'int64', [2]);
  builder.input(packedInputs.lastPosition, 'int32', ['rows']);
  builder.input(packedInputs.longest, 'int32', [1]);
  builder.constant(packedInputs.firstPosition, 'int64', [1], new Uint8Array(8));
}

/** Each packed token's position in its row, `[tokens]`. */
export function positionsInRow(builder: GraphBuilder): string {
  const time = builder.op('Gather', [packedInputs.batchShape, builder.ints(1)]);
  return builder.op('Add', [builder.op('Mod', [packedInputs.unpadIndex, time]), packedInputs.firstPosition]);
}

/** `[tokens, width]` to `[rows, time, width]`. */
export function padRows(builder: GraphBuilder, packed: string): string {
  const shape = builder.op('Concat', [packedInputs.batchShape, builder.ints(-1)], { axis: 0 });
  return builder.op('Reshape', [builder.op('Gather', [packed, packedInputs.padIndex]), shape]);
}

/** `[rows, time, width]` to `[tokens, width]`. */
export function unpadRows(builder: GraphBuilder, padded: string, width: number): string {
  const flat = builder.op('Reshape', [padded, builder.ints(-1, width)]);
  return builder.op('Gather', [flat, packedInputs.unpadIndex]);
}
