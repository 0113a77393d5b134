import { type Graph, type Node, attachLora, intAttribute } from '../../onnx';
import { ModelError } from '../errors';
import { type Adapter } from './open';

/** Under these names the unembedding and the embedding lie, which no linear module of the decoder's graph is. */
const outerModules = /(^|\.)(lm_head|embed_out|embed_tokens|embed_in|wte|wpe)$/;

/**
 * The decoder's graph with an adapter beside its linear modules and the input `lora_scale`: one graph over one copy of the weights is base and tuned
 * model. Scale 0 is the base exactly, but for DoRA, where it is not the base in peft either.
 * @throws ModelError `wrong-base` where the adapter's modules are not the model's, `unsupported`
 */
export function attachAdapter(graph: Graph, { folder, base, changes }: Adapter): Graph {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node])));
  for (const { module, a, b, magnitude } of changes) {
    const maker = makers.get(module);
    const shape = maker && linearShape(graph, maker, makers);
    if (!shape) {
      if (outerModules.test(module)) throw new ModelError('unsupported', `${folder}: the adapter changes ${module}, and only linear modules within the blocks are supported. Merge the adapter into its base with peft.`);
      throw otherBase(`changes ${module}, and the model has no linear module of that name`);
    }
    const [out, input] = [b.dims[0]!, a.dims[1]!];
    if (out !== shape[0] || input !== shape[1]) throw otherBase(`was made for ${module} of [${out}, ${input}], and the model's is [${shape.join(', ')}]`);
    if (magnitude && maker.op === 'MatMulNBits') throw new ModelError('unsupported', `${folder}: DoRA needs the lengths of ${module}'s rows, which is stored in four bits: this is not supported. Choose the model in fp32, fp16 or bf16.`);
  }
  return attachLora(graph, changes);

  function otherBase(what: string): ModelError {
    return new ModelError('wrong-base', `${folder}: the adapter ${what}. It belongs to another model${base === null ? '' : ` (${base})`}: choose that one, or another adapter.`);
  }
}

/** `[out, in]` of a linear module's node; null for other nodes. */
function linearShape({ initializers }: Graph, node: Node, makers: Map<string, Node>): [number, number] | null {
  if (node.op === 'MatMulNBits') return [intAttribute(node, 'N', 0), intAttribute(node, 'K', 0)];
  if (node.op !== 'Gemm') return null;
  const weight = node.inputs[1]!;
  const dims = (initializers.get(weight) ?? initializers.get(makers.get(weight)?.inputs[0] ?? ''))?.dims;
  if (dims?.length !== 2) return null;
  const [first, second] = dims as [number, number];
  return intAttribute(node, 'transB', 0) === 1 ? [first, second] : [second, first];
}
