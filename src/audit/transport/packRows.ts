import type { Level, Reason, RowScore, Score } from '../../core/types';
import type { PackedRows } from '../../protocol';

const levels: readonly Level[] = ['ranked', 'calibrated', 'taught'];

/** Places of things that come many times, each kept once. */
class Table<T> {
  readonly values: T[] = [];
  private readonly places = new Map<unknown, number>();

  place(key: unknown, value: T): number {
    const known = this.places.get(key);
    if (known !== undefined) return known;
    this.places.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
}

export function packRows(rows: readonly RowScore[]): PackedRows {
  const texts = new Table<string>();
  const text = (value: string) => texts.place(value, value);
  const probes = new Table<PackedRows['probes'][number]>();
  const scores = rows.flatMap((row) => row.scores);
  const latents = rows.flatMap((row) => row.latents);
  const reasons = rows.flatMap((row) => row.reasons);
  const counts = (of: (row: RowScore) => readonly unknown[]) => Uint16Array.from(rows, (row) => of(row).length);
  return {
    numbers: columns(rows, (row) => [row.index, row.line, row.range.start, row.range.end, row.tokens, row.responseTokens, row.rank, row.loss, row.lossPercentile, row.text?.value ?? null, row.text?.percentile ?? null]),
    marks: Uint8Array.from(rows, ({ flagged, level }) => (flagged ? 1 : 0) | (levels.indexOf(level) << 1)),
    hashes: Buffer.from(rows.map(({ hash }) => hash).join(''), 'hex'),
    scores: {
      counts: counts((row) => row.scores),
      probe: Uint16Array.from(scores, ({ probe, measure, nulls: { kind, count } }) => probes.place(`${probe}\n${measure}\n${kind}\n${count}`, { probe, measure, kind, count })),
      numbers: columns(scores, ({ value, percentile, p, q, nulls }) => [value, percentile, p, q, nulls.shareBeyond]),
    },
    latents: {
      counts: counts((row) => row.latents),
      index: Int32Array.from(latents, ({ index }) => index),
      name: Int32Array.from(latents, ({ name }) => (name === null ? -1 : text(name))),
      numbers: columns(latents, ({ mean, z }) => [mean, z]),
    },
    reasons: { counts: counts((row) => row.reasons), code: Int32Array.from(reasons, ({ code }) => text(code)), message: Int32Array.from(reasons, ({ message }) => text(message)) },
    previews: rows.flatMap(({ preview: { prompt, response } }) => [prompt, response]),
    more: rows.flatMap(({ spans, phrases, sides, perTurn }, i): PackedRows['more'] => (spans || phrases || sides || perTurn.length ? [[i, { spans, phrases, perTurn, ...(sides ? { sides } : {}) }]] : [])),
    probes: probes.values,
    texts: texts.values,
  };
}

export function unpackRows({ numbers, marks, hashes, probes, scores, latents, reasons, texts, previews, more }: PackedRows): RowScore[] {
  const hex = Buffer.from(hashes.buffer, hashes.byteOffset, hashes.byteLength).toString('hex');
  const rest = new Map(more);
  let [score, latent, reason] = [0, 0, 0];
  return Array.from(marks, (mark, i): RowScore => {
    const [index, line, start, end, tokens, responseTokens, rank, loss, lossPercentile, textValue, textPercentile] = numbers.subarray(11 * i, 11 * i + 11) as unknown as Numbers;
    return {
      index,
      line,
      range: { start, end },
      hash: hex.slice(64 * i, 64 * i + 64),
      tokens,
      responseTokens,
      scores: take(scores.counts[i]!, (): Score => {
        const { probe, measure, kind, count } = probes[scores.probe[score]!]!;
        const at = 5 * score++;
        const own = scores.numbers;
        return { probe, measure, value: own[at]!, percentile: own[at + 1]!, p: orNull(own[at + 2]!), q: orNull(own[at + 3]!), nulls: { kind, count, shareBeyond: own[at + 4]! } };
      }),
      spans: null,
      phrases: null,
      perTurn: [],
      loss: orNull(loss),
      lossPercentile: orNull(lossPercentile),
      text: Number.isNaN(textValue) ? null : { value: textValue, percentile: textPercentile },
      latents: take(latents.counts[i]!, () => {
        const at = latent++;
        return { index: latents.index[at]!, name: texts[latents.name[at]!] ?? null, mean: latents.numbers[2 * at]!, z: latents.numbers[2 * at + 1]! };
      }),
      rank,
      flagged: (mark & 1) === 1,
      level: levels[mark >> 1]!,
      reasons: take(reasons.counts[i]!, () => {
        const at = reason++;
        return { code: texts[reasons.code[at]!] as Reason['code'], message: texts[reasons.message[at]!]! };
      }),
      preview: { prompt: previews[2 * i]!, response: previews[2 * i + 1]! },
      ...rest.get(i),
    };
  });
}

type Numbers = [number, number, number, number, number, number, number, number, number, number, number];

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

const take = <T>(count: number, next: () => T): T[] => Array.from({ length: count }, next);

/** `[rows, values]`, NaN for null. */
function columns<T>(rows: readonly T[], values: (row: T) => (number | null)[]): Float64Array {
  const width = rows[0] ? values(rows[0]).length : 0;
  const all = new Float64Array(rows.length * width);
  rows.forEach((row, r) => values(row).forEach((value, v) => (all[r * width + v] = value ?? NaN)));
  return all;
}
