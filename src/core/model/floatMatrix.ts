import { type Graph, dependents, intAttribute } from '../onnx';
import { readBytes, readFloats } from '../tensors';
import { quantisedBlock as block } from './linear';
import { type Weights } from './weights';

/** A quantised matrix that can be written out in fp32. */
export interface FloatMatrix {
  /** Its name among the weights, such as `model.layers.16.self_attn.q_proj.weight`. */
  name: string;
  /** `[out, in]` */
  shape: [number, number];
  read(): Promise<Float32Array>;
}

/** The four-bit matrices that a graph multiplies with after `value`, each once, in the graph's order. */
export function quantisedAfter(graph: Graph, value: string, weights: Weights): FloatMatrix[] {
  const reached = dependents(graph, value);
  const nodes = graph.nodes.filter(({ op, inputs }) => op === 'MatMulNBits' && reached.has(inputs[0]!));
  const found = new Map(nodes.map((node) => [node.inputs[1]!, [intAttribute(node, 'N', 0), intAttribute(node, 'K', 0)] as [number, number]]));
  return [...found].map(([quants, shape]) => {
    const base = quants.replace(/\.qweight$/, '');
    return { name: `${base}.weight`, shape, read: () => readQuantised(weights, base, shape) };
  });
}

async function readQuantised(weights: Weights, base: string, [out, input]: [number, number]): Promise<Float32Array> {
  const blocks = input / block;
  const [quants, scales, minima] = await Promise.all([
    readBytes(weights.get(`${base}.qweight`, [out, blocks, block / 2])),
    readFloats(weights.get(`${base}.scales`, [out, blocks])),
    readFloats(weights.get(`${base}.mins`, [out, blocks])),
  ]);
  return dequantise(quants, scales, minima);
}

/** w = d q + m over blocks, the lower half of a byte first. */
function dequantise(quants: Uint8Array, scales: Float32Array, minima: Float32Array): Float32Array {
  const values = new Float32Array(2 * quants.length);
  for (let b = 0; b < scales.length; b++) {
    const [d, m] = [scales[b]!, minima[b]!];
    for (let i = (b * block) / 2; i < ((b + 1) * block) / 2; i++) {
      values[2 * i] = d * (quants[i]! & 15) + m;
      values[2 * i + 1] = d * (quants[i]! >> 4) + m;
    }
  }
  return values;
}
