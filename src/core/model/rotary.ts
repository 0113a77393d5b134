import { type GraphBuilder } from '../onnx';
import { packedInputs } from './inputs';
import { type Frequencies, type Rope, frequencies } from './rope';

const float32 = 1;

/** cos and sin of position x frequency, `[longest, width / 2]`, for every rope of a model once. */
export class RotaryTables {
  private readonly made = new Map<string, [cos: string, sin: string]>();
  private positions: string | undefined;

  constructor(private readonly builder: GraphBuilder) {}

  get(rope: Rope): [cos: string, sin: string] {
    const key = JSON.stringify(rope);
    const known = this.made.get(key) ?? this.make(rope);
    this.made.set(key, known);
    return known;
  }

  private make(rope: Rope): [string, string] {
    const { builder } = this;
    const { magnitude, ...turns } = frequencies(rope);
    const angles = builder.op('Mul', [this.column(), this.frequencies(turns)]);
    const table = (op: string) => {
      const plain = builder.op(op, [angles]);
      return magnitude === 1 ? plain : builder.op('Mul', [plain, builder.scalar(magnitude)]);
    };
    return [table('Cos'), table('Sin')];
  }

  /** `[width / 2]`; the longest row of the batch decides between two sets. */
  private frequencies({ values, long }: Omit<Frequencies, 'magnitude'>): string {
    const { builder } = this;
    const name = `frequencies_${this.made.size}`;
    const short = builder.floats(name, [values.length], values);
    if (!long) return short;
    const isLong = builder.op('Greater', [packedInputs.longest, builder.int32s(long.from)]);
    return builder.op('Where', [isLong, builder.floats(`${name}_long`, [values.length], long.values), short]);
  }

  /** 0, 1, ... to the longest row's end, `[longest, 1]`. */
  private column(): string {
    const { builder } = this;
    this.positions ??= builder.op('Unsqueeze', [
      builder.op('Cast', [builder.op('Range', [builder.int32(0), builder.op('Squeeze', [packedInputs.longest, builder.ints(0)]), builder.int32(1)])], { to: float32 }),
      builder.ints(1),
    ]);
    return this.positions;
  }
}
