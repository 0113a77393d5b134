import { toHalf } from '../../base/float16';
import { type ModelConfig, Weights, parseConfig, residPost } from '../../core/model';
import { type DataTypeName, type Graph, bytesPerElement } from '../../core/onnx';
import { type Random, seeded } from '../../core/probe';
import type { Sae } from '../../core/sae';
import type { StoredTensor } from '../../core/tensors';

/** A Llama of that size whose embedding is its unembedding. */
function llamaOf(sizes: { hidden_size: number; intermediate_size: number; num_hidden_layers: number; num_attention_heads: number; num_key_value_heads: number; vocab_size: number }): ModelConfig {
  const rest = { model_type: 'llama', head_dim: 64, max_position_embeddings: 512, rms_norm_eps: 1e-5, rope_theta: 1e5, tie_word_embeddings: true };
  return parseConfig(JSON.stringify({ ...rest, ...sizes }), 'the probe');
}

/** One narrow block: every operator, in a fraction of a second even on an adapter that is software. */
export const narrow = llamaOf({ hidden_size: 128, intermediate_size: 256, num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 1, vocab_size: 256 });

/** Two blocks as wide as the bundled model's: what a device is timed on. */
export const wide = llamaOf({ hidden_size: 576, intermediate_size: 1536, num_hidden_layers: 2, num_attention_heads: 9, num_key_value_heads: 3, vocab_size: 2048 });

const block = 32;
const inMemory = 'memory';

/** A model and an SAE of drawn weights, stored as the bundled ones are: tensors lie one after the other in one buffer. */
export class DrawnModel {
  readonly weights: Weights;
  readonly sae: Sae;
  private readonly parts: Uint8Array[] = [];
  private bytes = 0;
  private readonly random: Random = seeded(1, 'webgpu probe');

  constructor(readonly config: ModelConfig) {
    const { dModel, dMlp, heads, keyValueHeads, dHead, vocabulary, blocks } = config;
    const tensors = new Map<string, StoredTensor>();
    const quantised = (name: string, out: number, input: number) => {
      const scale = 0.2 / Math.sqrt(input);
      tensors.set(`${name}.qweight`, this.draw('uint8', [out, input / block, block / 2], () => this.random.below(256)));
      tensors.set(`${name}.scales`, this.draw('float16', [out, input / block], () => toHalf(scale * (0.8 + 0.4 * this.random.uniform()))));
      tensors.set(`${name}.mins`, this.draw('float16', [out, input / block], () => toHalf(-scale * (7 + this.random.uniform()))));
    };
    const gain = (name: string) => tensors.set(name, this.draw('float32', [dModel], () => 0.9 + 0.2 * this.random.uniform()));
    tensors.set('model.embed_tokens.qweight', this.draw('int8', [vocabulary, dModel], () => this.random.below(255) - 127));
    tensors.set('model.embed_tokens.scales', this.draw('float16', [vocabulary, dModel / block], () => toHalf(0.002)));
    for (let i = 0; i < blocks; i++) {
      const layer = `model.layers.${i}`;
      for (const name of ['input_layernorm', 'post_attention_layernorm']) gain(`${layer}.${name}.weight`);
      quantised(`${layer}.self_attn.q_proj`, heads * dHead, dModel);
      for (const name of ['k_proj', 'v_proj']) quantised(`${layer}.self_attn.${name}`, keyValueHeads * dHead, dModel);
      quantised(`${layer}.self_attn.o_proj`, dModel, heads * dHead);
      for (const name of ['gate_proj', 'up_proj']) quantised(`${layer}.mlp.${name}`, dMlp, dModel);
      quantised(`${layer}.mlp.down_proj`, dModel, dMlp);
    }
    gain('model.norm.weight');
    this.weights = new Weights(tensors, 'the probe');
    this.sae = this.drawSae(config, 8 * dModel);
  }

  /** The graph with its drawn bytes in it. */
  materialise(graph: Graph): Graph {
    const buffer = Buffer.concat(this.parts);
    const initializers = new Map(
      [...graph.initializers].map(([name, initializer]) => {
        const { data } = initializer;
        if (data instanceof Uint8Array || data.file !== inMemory) return [name, initializer];
        return [name, { ...initializer, data: buffer.subarray(data.offset, data.offset + data.length) }];
      }),
    );
    return { ...graph, initializers };
  }

  private drawSae({ dModel, blocks }: ModelConfig, latents: number): Sae {
    const normal = (shape: number[], scale: number) => this.draw('float32', shape, () => scale * this.random.normal());
    return {
      name: 'probe',
      folder: '',
      madeFor: [],
      stated: null,
      sha256: '',
      hookPoint: residPost(blocks - 1),
      dIn: dModel,
      latents,
      rule: { kind: 'topk', k: 32 },
      subtractDecoderBias: true,
      encoder: normal([dModel, latents], 1 / Math.sqrt(dModel)),
      encoderBias: normal([latents], 0.1),
      decoderBias: normal([dModel], 0.1),
      decoder: normal([latents, dModel], 1),
      names: new Map(),
    };
  }

  private draw(dtype: DataTypeName, shape: number[], next: () => number): StoredTensor {
    const size = shape.reduce((product, dim) => product * dim, 1);
    const values = Array.from({ length: size }, next);
    const bytes = new Uint8Array(size * bytesPerElement[dtype]);
    if (dtype === 'float32') new Float32Array(bytes.buffer).set(values);
    else if (dtype === 'float16') new Uint16Array(bytes.buffer).set(values);
    else bytes.set(values);
    this.parts.push(bytes);
    const offset = this.bytes;
    this.bytes += bytes.length;
    return { dtype, shape, bytes: { file: inMemory, offset, length: bytes.length } };
  }
}
