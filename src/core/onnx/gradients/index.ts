import { add, clip, div, erf, identity, mul, neg, sigmoid, sub, tanh } from './elementwise';
import { gemm, matMul } from './matrix';
import { layerNorm, reduceLogSumExp, reduceSum, rmsNorm, softmax } from './reduce';
import type { Rule } from './rule';
import { concat, gather, reshape, split, transpose } from './shape';

/** The operators that reverse mode knows, by name. Fused operators have none: un-fuse them first. */
export const gradientRules: ReadonlyMap<string, Rule> = new Map(
  Object.entries({
    Add: add,
    Sub: sub,
    Mul: mul,
    Div: div,
    Neg: neg,
    Identity: identity,
    Clip: clip,
    Sigmoid: sigmoid,
    Tanh: tanh,
    Erf: erf,
    MatMul: matMul,
    Gemm: gemm,
    Softmax: softmax,
    ReduceSum: reduceSum,
    ReduceLogSumExp: reduceLogSumExp,
    LayerNormalization: layerNorm,
    SimplifiedLayerNormalization: rmsNorm,
    Reshape: reshape,
    Squeeze: reshape,
    Unsqueeze: reshape,
    Transpose: transpose,
    Concat: concat,
    Split: split,
    Gather: gather,
  }),
);
