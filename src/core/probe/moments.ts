import type { Block } from './folds';

/** Sums over a block's rows, each less `shift`. */
export interface Moments {
  rows: number;
  /** `[d]` */
  sum: Float64Array;
  /** Sum of outer products `[d, d]`, upper half only. */
  products: Float64Array;
}

/** Moments block by block, each computed once: leaving blocks out is then adding up the others. 8 d^2 bytes a block. */
export class BlockMoments {
  private readonly known = new Map<Block, Moments>();
  /** The mean of all rows: subtracting it first keeps the digits of small variances. It cancels in every result. */
  readonly shift: Float64Array;

  constructor(private readonly vectors: readonly Float64Array[]) {
    this.shift = new Float64Array(vectors[0]?.length ?? 0);
    for (const vector of vectors) for (let i = 0; i < vector.length; i++) this.shift[i]! += vector[i]! / vectors.length;
  }

  of(block: Block): Moments {
    const known = this.known.get(block) ?? this.compute(block);
    this.known.set(block, known);
    return known;
  }

  private compute({ rows }: Block): Moments {
    const d = this.shift.length;
    const sum = new Float64Array(d);
    const products = new Float64Array(d * d);
    const four = Array.from({ length: 4 }, () => new Float64Array(d));
    for (let first = 0; first < rows.length; first += 4) {
      four.forEach((row, k) => this.shifted(rows[first + k], row));
      for (const row of four) for (let i = 0; i < d; i++) sum[i]! += row[i]!;
      addOuterProducts(products, d, four[0]!, four[1]!, four[2]!, four[3]!);
    }
    return { rows: rows.length, sum, products };
  }

  private shifted(index: number | undefined, into: Float64Array): void {
    if (index === undefined) into.fill(0);
    else for (let i = 0; i < into.length; i++) into[i] = this.vectors[index]![i]! - this.shift[i]!;
  }
}

function addOuterProducts(products: Float64Array, d: number, a: Float64Array, b: Float64Array, c: Float64Array, e: Float64Array): void {
  for (let i = 0; i < d; i++) {
    const [ai, bi, ci, ei] = [a[i]!, b[i]!, c[i]!, e[i]!];
    for (let j = i; j < d; j++) products[i * d + j]! += ai * a[j]! + bi * b[j]! + ci * c[j]! + ei * e[j]!;
  }
}
