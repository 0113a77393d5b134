import { type GraphBuilder } from '../onnx';
import { type StoredTensor } from '../tensors';
import { type Weights } from './weights';

/** Inputs that share a scale and a minimum in a four-bit matrix. */
export const quantisedBlock = 32;

/** A stored tensor as a graph value in fp32; halves are cast in the graph, which onnxruntime folds once at load. */
export function floatWeight(builder: GraphBuilder, name: string, tensor: StoredTensor): string {
  const stored = builder.external(name, tensor.dtype, tensor.shape, tensor.bytes);
  return tensor.dtype === 'float32' ? stored : builder.op('Cast', [stored], { to: 1 });
}

/**
 * x W^T for the weight `name` `[out, in]`; x and the result are `[tokens, in]` and `[tokens, out]`.
 * Four-bit weights with scale and minimum (w = d q + m) become MatMulNBits with the float zero point -m/d, which
 * loses nothing; float weights become Gemm.
 */
export function linear(builder: GraphBuilder, weights: Weights, x: string, name: string, out: number, input: number): string {
  const base = name.replace(/\.weight$/, '');
  if (!weights.has(`${base}.qweight`)) {
    return builder.op('Gemm', [x, floatWeight(builder, name, weights.get(name, [out, input]))], { transB: 1 });
  }
  const blocks = input / quantisedBlock;
  const part = (suffix: string, shape: number[]) => {
    const tensor = weights.get(`${base}.${suffix}`, shape);
    return floatOrBytes(builder, `${base}.${suffix}`, tensor);
  };
  const q = part('qweight', [out, blocks, quantisedBlock / 2]);
  const scales = part('scales', [out, blocks]);
  const zeroPoints = builder.op('Div', [builder.op('Neg', [part('mins', [out, blocks])]), scales]);
  const flat = builder.ints(out * blocks);
  return builder.contrib(
    'MatMulNBits',
    [x, q, builder.op('Reshape', [scales, flat]), builder.op('Reshape', [zeroPoints, flat])],
    { K: input, N: out, bits: 4, block_size: quantisedBlock, accuracy_level: 0 },
  );
}

const floatOrBytes = (builder: GraphBuilder, name: string, tensor: StoredTensor): string =>
  tensor.dtype === 'uint8' ? builder.external(name, 'uint8', tensor.shape, tensor.bytes) : floatWeight(builder, name, tensor);
