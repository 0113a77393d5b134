import { type ConfigKeys } from './configKeys';

/** Rotary position embedding: which part of each head turns, and how fast. */
export interface Rope {
  /** Dimensions of a head that turn: its first ones. */
  width: number;
  theta: number;
  scaling?: RopeScaling;
}

/** What stretches the frequencies for positions beyond those of pre-training. */
export type RopeScaling =
  | { kind: 'linear'; factor: number }
  | { kind: 'llama3'; factor: number; lowFrequencyFactor: number; highFrequencyFactor: number; originalPositions: number }
  | { kind: 'yarn'; factor: number; originalPositions: number; betaFast: number; betaSlow: number; magnitude: number; truncate: boolean }
  | { kind: 'longrope'; short: number[]; long: number[]; originalPositions: number; magnitude: number };

/** What an architecture says of its rope beside its own keys. */
export interface RopeDefaults {
  dHead: number;
  maxPositions: number;
  theta?: number;
  /** Older names of the base and of the part of a head that turns. */
  thetaKeys?: string[];
  partKeys?: string[];
  part?: number;
  /** Key inside `rope_parameters`, where an architecture has several. */
  parameters?: string;
  /** Older files' `rope_scaling` is not for this one. */
  unscaled?: boolean;
}

/**
 * Reads rope settings: newer files keep all of them in `rope_parameters`, older ones keep the base at the top and the rest in
 * `rope_scaling`.
 * @throws ModelError `bad-config`, and `unsupported` for a scaling that is not known
 */
export function readRope(keys: ConfigKeys, defaults: RopeDefaults): Rope {
  const { dHead, thetaKeys = ['rope_theta'], partKeys = ['partial_rotary_factor'] } = defaults;
  const all = keys.inside('rope_parameters');
  const newer = defaults.parameters ? all && (all.inside(defaults.parameters) ?? keys.refuse(`rope_parameters without ${defaults.parameters}`)) : all;
  const older = keys.inside('rope_scaling');
  if (newer && older && kindOf(older) !== 'default' && kindOf(older) !== kindOf(newer)) keys.refuse(`rope_parameters beside rope_scaling "${kindOf(older)}"`);
  const scaling = newer ?? (defaults.unscaled ? null : older);
  if (keys.flag(false, 'rope_interleaved')) keys.refuse('an interleaved rotary embedding');
  const theta = newer?.numberOr(null, 'rope_theta') ?? keys.numberOr(defaults.theta ?? 10_000, ...thetaKeys);
  const part = newer?.numberOr(null, 'partial_rotary_factor') ?? keys.numberOr(defaults.part ?? 1, ...partKeys);
  const width = Math.trunc(dHead * part);
  if (width % 2 !== 0 || width > dHead) throw keys.bad(`${width} of ${dHead} dimensions of a head cannot be rotated`);
  const rope = { width, theta };
  return scaling ? { ...rope, ...readScaling(scaling, keys, width, defaults.maxPositions) } : rope;
}

const kindOf = (scaling: ConfigKeys): string => scaling.text(scaling.has('factor') ? 'of no type' : 'default', 'rope_type', 'type');

function readScaling(scaling: ConfigKeys, keys: ConfigKeys, width: number, maxPositions: number): { scaling?: RopeScaling } {
  const kind = kindOf(scaling);
  const original = () => scaling.intOr(null, 'original_max_position_embeddings') ?? keys.intOr(maxPositions, 'original_max_position_embeddings');
  switch (kind) {
    case 'default':
      return {};
    case 'linear':
      return { scaling: { kind, factor: scaling.number('factor') } };
    case 'llama3':
      return {
        scaling: {
          kind,
          factor: scaling.number('factor'),
          lowFrequencyFactor: scaling.number('low_freq_factor'),
          highFrequencyFactor: scaling.number('high_freq_factor'),
          originalPositions: original(),
        },
      };
    case 'yarn': {
      const factor = scaling.number('factor');
      return {
        scaling: {
          kind,
          factor,
          originalPositions: original(),
          betaFast: scaling.numberOr(32, 'beta_fast'),
          betaSlow: scaling.numberOr(1, 'beta_slow'),
          magnitude: yarnMagnitude(scaling, factor),
          truncate: scaling.flag(true, 'truncate'),
        },
      };
    }
    case 'su':
    case 'longrope': {
      const originalPositions = original();
      const factors = (name: string) => scaling.list('number', width / 2, name) ?? keys.refuse(`longrope without ${name}`);
      const factor = Math.max(1, maxPositions / originalPositions);
      return {
        scaling: {
          kind: 'longrope',
          short: factors('short_factor'),
          long: factors('long_factor'),
          originalPositions,
          magnitude: scaling.numberOr(Math.sqrt(1 + Math.log(factor) / Math.log(originalPositions)), 'attention_factor'),
        },
      };
    }
    default:
      return keys.refuse(`rope scaling "${kind}"`);
  }
}

/** YaRN (arXiv 2309.00071), section 3.4: the attention's temperature, with DeepSeek's two multipliers where they are given. */
function yarnMagnitude(scaling: ConfigKeys, factor: number): number {
  const grown = (multiplier: number) => (factor <= 1 ? 1 : 0.1 * multiplier * Math.log(factor) + 1);
  const [mscale, mscaleAll] = [scaling.numberOr(null, 'mscale'), scaling.numberOr(null, 'mscale_all_dim')];
  return scaling.numberOr(mscale && mscaleAll ? grown(mscale) / grown(mscaleAll) : grown(1), 'attention_factor');
}

/** Radians a position for each pair of dimensions, `[width / 2]`; `long` is for rows longer than the original context. */
export interface Frequencies {
  values: number[];
  long?: { values: number[]; from: number };
  /** What cos and sin are multiplied by. */
  magnitude: number;
}

/** theta^(-2i / width), stretched as the scaling says. */
export function frequencies({ width, theta, scaling }: Rope): Frequencies {
  const plain = Array.from({ length: width / 2 }, (_, i) => theta ** ((-2 * i) / width));
  switch (scaling?.kind) {
    case undefined:
      return { values: plain, magnitude: 1 };
    case 'linear':
      return { values: plain.map((value) => value / scaling.factor), magnitude: 1 };
    case 'llama3':
      return { values: plain.map((value) => llama3(value, scaling)), magnitude: 1 };
    case 'yarn':
      return { values: yarn(plain, width, theta, scaling), magnitude: scaling.magnitude };
    case 'longrope': {
      const over = (factors: number[]) => plain.map((value, i) => value / factors[i]!);
      return { values: over(scaling.short), long: { values: over(scaling.long), from: scaling.originalPositions }, magnitude: scaling.magnitude };
    }
  }
}

/** Llama 3.1: waves longer than the original context are stretched, short ones are not, and those between partly. */
function llama3(frequency: number, scaling: Extract<RopeScaling, { kind: 'llama3' }>): number {
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions } = scaling;
  const turns = (originalPositions * frequency) / (2 * Math.PI);
  const kept = Math.min(1, Math.max(0, (turns - low) / (high - low)));
  return kept * frequency + ((1 - kept) * frequency) / factor;
}

/** YaRN, section 3.2: dimensions that turn often within the original context are kept, rare ones stretched, a ramp between. */
function yarn(plain: number[], width: number, theta: number, scaling: Extract<RopeScaling, { kind: 'yarn' }>): number[] {
  const { factor, originalPositions, betaFast, betaSlow, truncate } = scaling;
  const dimension = (turns: number) => (width * Math.log(originalPositions / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const [from, to] = [dimension(betaFast), dimension(betaSlow)];
  const low = Math.max(0, truncate ? Math.floor(from) : from);
  const high = Math.min(width - 1, truncate ? Math.ceil(to) : to);
  return plain.map((value, i) => {
    const stretched = Math.min(1, Math.max(0, (i - low) / (high === low ? 0.001 : high - low)));
    return (1 - stretched) * value + (stretched * value) / factor;
  });
}
