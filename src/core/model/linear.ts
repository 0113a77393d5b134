import { type GraphBuilder } from '../onnx';
import { type StoredTensor } from '../tensors';
import { type Linear } from './modelConfig';
import { type Weights } from './weights';

/** Inputs that share a scale and a minimum in a four-bit matrix. */
export const quantisedBlock = 32;

/** A stored tensor as a graph value in fp32; halves are cast in the graph, which onnxruntime folds once at load. */
export function floatWeight(builder: GraphBuilder, name: string, tensor: StoredTensor): string {
  const stored = builder.external(name, tensor.dtype, tensor.shape, tensor.bytes);
  return tensor.dtype === 'float32' ? stored : builder.op('Cast', [stored], { to: 1 });
}

/**
 * The module's output under the module's own name; x and the result are `[tokens, in]` and `[tokens, out]`.
 * Four-bit weights with scale and minimum (w = d q + m) become MatMulNBits with the float zero point -m/d, which
 * loses nothing; float weights become Gemm.
 */
export function linear(builder: GraphBuilder, weights: Weights, x: string, { module, bias, inOut }: Linear, out: number, input: number): string {
  const floats = (name: string, shape: number[]) => floatWeight(builder, name, weights.get(name, shape));
  if (weights.has(`${module}.qweight`)) return quantised(builder, weights, x, module, out, input);
  const weight = floats(`${module}.weight`, inOut ? [input, out] : [out, input]);
  return builder.op('Gemm', [x, weight, ...(bias ? [floats(`${module}.bias`, [out])] : [])], { transB: inOut ? 0 : 1 }, module);
}

function quantised(builder: GraphBuilder, weights: Weights, x: string, module: string, out: number, input: number): string {
  const blocks = input / quantisedBlock;
  const part = (suffix: string, shape: number[]) => {
    const name = `${module}.${suffix}`;
    const tensor = weights.get(name, shape);
    return tensor.dtype === 'uint8' ? builder.external(name, 'uint8', tensor.shape, tensor.bytes) : floatWeight(builder, name, tensor);
  };
  const q = part('qweight', [out, blocks, quantisedBlock / 2]);
  const scales = part('scales', [out, blocks]);
  const zeroPoints = builder.op('Div', [builder.op('Neg', [part('mins', [out, blocks])]), scales]);
  const flat = builder.ints(out * blocks);
  return builder.contrib(
    'MatMulNBits',
    [x, q, builder.op('Reshape', [scales, flat]), builder.op('Reshape', [zeroPoints, flat])],
    { K: input, N: out, bits: 4, block_size: quantisedBlock, accuracy_level: 0 },
    module,
  );
}
