import { type GraphBuilder } from '../onnx';
import { floatWeight } from './linear';
import { type ModelConfig } from './modelConfig';
import { type Weights } from './weights';

/** Writes the norms of one model: by themselves, or fused with the sum that they normalise. */
export class Norms {
  constructor(
    private readonly builder: GraphBuilder,
    private readonly config: ModelConfig,
    private readonly weights: Weights,
  ) {}

  /** The norm over the last axis, `[..., width]`. */
  of(x: string, name: string, width = this.config.dModel, output?: string): string {
    const { kind, epsilon } = this.config.norm;
    const type = kind === 'rms' ? 'SimplifiedLayerNormalization' : 'LayerNormalization';
    return this.builder.op(type, [x, ...this.parameters(name, width)], { axis: -1, epsilon: { float: epsilon }, stash_type: 1 }, output);
  }

  /** residual + branch, named `sum`, and its norm, named `output`. */
  ofSum(residual: string, branch: string, name: string, sum: string, output: string): string {
    const { kind, epsilon } = this.config.norm;
    const type = kind === 'rms' ? 'SkipSimplifiedLayerNormalization' : 'SkipLayerNormalization';
    const inputs = [residual, branch, ...this.parameters(name, this.config.dModel)];
    this.builder.node(type, inputs, [output, '', '', sum], { epsilon: { float: epsilon } }, 'com.microsoft');
    return output;
  }

  /** Gain, and bias where the norm has one. */
  private parameters(name: string, width: number): string[] {
    const { builder, config, weights } = this;
    const stored = (part: string) => floatWeight(builder, `${name}.${part}`, weights.get(`${name}.${part}`, [width]));
    const gain = config.norm.plusOne ? builder.op('Add', [stored('weight'), builder.scalar(1)]) : stored('weight');
    return config.norm.kind === 'rms' ? [gain] : [gain, stored('bias')];
  }
}
