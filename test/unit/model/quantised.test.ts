import { describe, expect, test } from 'vitest';
import { toHalf } from '../../../src/base/float16';
import { headGraph, headValues, openWeights, packedInputs, parseConfig } from '../../../src/core/model';
import { embed } from '../../../src/core/model/embedding';
import { linear } from '../../../src/core/model/linear';
import { GraphBuilder, emptyGraph } from '../../../src/core/onnx';
import { folderWith } from '../../support/folder';
import { type Tensor, safetensors } from '../../support/safetensors';
import { run } from '../onnx/support';

const dModel = 32;
const rows = 3;
const config = parseConfig(
  JSON.stringify({ model_type: 'llama', hidden_size: dModel, intermediate_size: 64, num_hidden_layers: 1, num_attention_heads: 1, vocab_size: rows, max_position_embeddings: 8, rms_norm_eps: 1e-5, tie_word_embeddings: true, quantization_config: { quant_method: 'q4_1', block_size: 32 } }),
  'config.json',
);
const halves = (shape: number[], values: number[]): Tensor => ({ dtype: 'F16', shape, data: new Uint8Array(Uint16Array.from(values, toHalf).buffer) });
const level = (row: number, column: number) => (5 * row + 3 * column + (column >> 3)) % 16;
const scales = [0.5, -0.25, 2];
const mins = [-3, 0.125, 0];
/** w = d q + m, the low half of a byte first. */
const fourBits: Tensor = { dtype: 'U8', shape: [rows, 1, dModel / 2], data: Uint8Array.from({ length: (rows * dModel) / 2 }, (_, i) => level(Math.floor(i / 16), 2 * (i % 16)) | (level(Math.floor(i / 16), 2 * (i % 16) + 1) << 4)) };
const eightBits: Tensor = { dtype: 'I8', shape: [rows, dModel], data: new Uint8Array(Int8Array.from({ length: rows * dModel }, (_, i) => ((i * 7) % 255) - 127).buffer) };
const embedding = (row: number) => Array.from({ length: dModel }, (_, i) => scales[row]! * ((((row * dModel + i) * 7) % 255) - 127));
const x = Array.from({ length: dModel }, (_, i) => (i % 5) - 2);

const weights = () =>
  openWeights(
    folderWith({
      'model.safetensors': safetensors({
        'w.qweight': fourBits,
        'w.scales': halves([rows, 1], scales),
        'w.mins': halves([rows, 1], mins),
        'model.embed_tokens.qweight': eightBits,
        'model.embed_tokens.scales': halves([rows, 1], scales),
      }),
    }),
  );

describe('quantised weights give the numbers that they stand for', () => {
  test('four bits with scale and minimum: x W^T', async () => {
    const builder = new GraphBuilder(emptyGraph());
    builder.output(linear(builder, await weights(), builder.input('x', 'float32', ['tokens', dModel]), { module: 'w' }, rows, dModel));
    const [values] = Object.values(await run(builder.graph, { x: { data: Float32Array.from(x), dims: [1, dModel] } }));
    values!.forEach((value, row) => expect(value).toBeCloseTo(x.reduce((sum, xi, i) => sum + xi * (scales[row]! * level(row, i) + mins[row]!), 0), 3));
  });

  test('eight bits with scale: rows of the embedding', async () => {
    const builder = new GraphBuilder(emptyGraph());
    builder.input(packedInputs.ids, 'int64', ['tokens']);
    builder.output(embed(builder, await weights(), config));
    const [values] = Object.values(await run(builder.graph, { [packedInputs.ids]: { data: BigInt64Array.of(2n, 0n), dims: [2] } }));
    expect(values).toEqual([...embedding(2), ...embedding(0)]);
  });

  test('the tied head: logits, and the negative log-likelihood of the target in nats', async () => {
    const hidden = x.map((value) => value / 500);
    const result = await run(headGraph(config, await weights()), { [headValues.hidden]: { data: Float32Array.from([...hidden, ...hidden]), dims: [2, dModel] }, [headValues.target]: { data: BigInt64Array.of(1n, 2n), dims: [2] } });
    const logits = [0, 1, 2].map((row) => embedding(row).reduce((sum, w, i) => sum + w * hidden[i]!, 0));
    const logSum = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    [...logits, ...logits].forEach((logit, i) => expect(result[headValues.logits]![i]).toBeCloseTo(logit, 4));
    expect(result[headValues.nll]![0]).toBeCloseTo(logSum - logits[1]!, 4);
    expect(result[headValues.nll]![1]).toBeCloseTo(logSum - logits[2]!, 4);
  });
});
