import { throwIfAborted } from '../base/errors';
import { type ModelConfig, cacheValues, finalNorm, fittedWidth, frequencies, headValues, packedInputs } from '../core/model';
import type { Feed, OrtSession } from './ortSession';

export interface GenerationOptions {
  maxTokens: number;
  /** Chooses the next token from its logits, `[vocabulary]`: the most probable one unless told. */
  pick?: (logits: Float32Array) => number;
}

export interface GeneratedToken {
  id: number;
  /** What it was chosen from, `[vocabulary]`. */
  logits: Float32Array;
}

/** The sessions that generation runs: the body with a cache, and the head. */
export interface GenerationSessions {
  body: Pick<OrtSession, 'run' | 'takes'>;
  head: Pick<OrtSession, 'run'>;
}

/** Continues a row token by token; keys and values of what was read are kept, so each step reads one token. */
export async function* generate(sessions: GenerationSessions, config: ModelConfig, prompt: ArrayLike<number>, { maxTokens, pick = mostProbable }: GenerationOptions, signal?: AbortSignal): AsyncGenerator<GeneratedToken> {
  const reader = new CachedReader(sessions, config);
  const ids = Array.from(prompt);
  for (let i = 0; i < maxTokens && ids.length <= config.maxPositions; i++) {
    throwIfAborted(signal);
    const logits = await reader.read(ids);
    const id = pick(logits);
    ids.push(id);
    yield { id, logits };
  }
}

/** Reads a growing row, and of it only what it has not read yet. */
class CachedReader {
  private known = 0;
  private cache: Record<string, Feed>;
  /** Rows longer than one of these turn by other frequencies, from their first token on: the original contexts of longropes. */
  private readonly bounds: number[];

  constructor(
    private readonly sessions: GenerationSessions,
    private readonly config: ModelConfig,
  ) {
    this.cache = this.emptyCache();
    this.bounds = this.blocks().flatMap((_, block) => {
      const { rope } = config.block(block).attention;
      return (rope && frequencies(rope).long?.from) ?? [];
    });
  }

  /** @returns logits after the last token, `[vocabulary]` */
  async read(ids: readonly number[]): Promise<Float32Array> {
    if (this.bounds.some((bound) => this.known <= bound && ids.length > bound)) this.forget();
    const { config, sessions } = this;
    const from = this.known;
    const fresh = ids.slice(from);
    const count = fresh.length;
    const places = BigInt64Array.from(fresh, (_, t) => BigInt(t));
    const output = await sessions.body.run({
      ...this.cache,
      [packedInputs.ids]: { data: BigInt64Array.from(fresh, BigInt), dims: [count] },
      [packedInputs.padIndex]: { data: places, dims: [count] },
      [packedInputs.unpadIndex]: { data: places, dims: [count] },
      [packedInputs.batchShape]: { data: BigInt64Array.of(1n, BigInt(count)), dims: [2] },
      [packedInputs.lastPosition]: { data: Int32Array.of(ids.length - 1), dims: [1] },
      [packedInputs.longest]: { data: Int32Array.of(ids.length), dims: [1] },
      ...(sessions.body.takes(packedInputs.firstPosition) ? { [packedInputs.firstPosition]: { data: BigInt64Array.of(BigInt(from)), dims: [1] } } : {}),
    });
    this.known = ids.length;
    this.cache = Object.fromEntries(
      this.blocks().flatMap(({ past, present }) =>
        ([[past.key, present.key], [past.value, present.value]] as const).map(([name, source]) => [name, { data: output[source]!.data, dims: [...output[source]!.dims] }]),
      ),
    );
    const last = (output[finalNorm]!.data as Float32Array).slice(-config.dModel);
    const head = await sessions.head.run({ [headValues.hidden]: { data: last, dims: [1, config.dModel] }, [headValues.target]: { data: new BigInt64Array(1), dims: [1] } }, [headValues.logits]);
    return head[headValues.logits]!.data as Float32Array;
  }

  private forget(): void {
    this.known = 0;
    this.cache = this.emptyCache();
  }

  private emptyCache(): Record<string, Feed> {
    const { keyValueHeads, dHead } = this.config;
    const empty = { data: new Float32Array(0), dims: [1, keyValueHeads, 0, fittedWidth(dHead)] };
    return Object.fromEntries(this.blocks().flatMap(({ past }) => [[past.key, empty], [past.value, empty]]));
  }

  private blocks() {
    return Array.from({ length: this.config.blocks }, (_, block) => cacheValues(block));
  }
}

export function mostProbable(logits: Float32Array): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  return best;
}
