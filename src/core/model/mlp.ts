import { type GraphBuilder } from '../onnx';
import { linear } from './linear';
import { type Activation, type Mlp, type ModelConfig } from './modelConfig';
import { type Weights } from './weights';

/** out(act(in x)), or out(act(gate x) * up x); x and the result are `[tokens, dModel]`. */
export function mlp(builder: GraphBuilder, { dModel, dMlp }: ModelConfig, weights: Weights, x: string, { form, activation, out }: Mlp): string {
  const project = (module: typeof out, width = dMlp) => linear(builder, weights, x, module, width, dModel);
  const hidden = (): string => {
    if ('in' in form) return activate(builder, project(form.in), activation);
    const [gate, up] =
      'gateUp' in form
        ? builder.node('Split', [project(form.gateUp, 2 * dMlp)], [builder.fresh('gate'), builder.fresh('up')], { axis: -1, num_outputs: 2 }, '')
        : [project(form.gate), project(form.up)];
    return builder.op('Mul', [activate(builder, gate!, activation), up!]);
  };
  return linear(builder, weights, hidden(), out, dModel, dMlp);
}

/** QuickGelu with alpha 1 is x sigmoid(x), which is SiLU. */
function activate(builder: GraphBuilder, x: string, activation: Activation): string {
  if (activation === 'silu') return builder.contrib('QuickGelu', [x], { alpha: { float: 1 } });
  return builder.op('Gelu', [x], { approximate: activation === 'gelu' ? 'none' : 'tanh' });
}
