/** What may hang: a batch, or an inspection. */
interface Watched {
  work: string;
  tokens: number;
}

/** How long a batch may take before the engine counts as hung. */
export interface WatchLimits {
  /** Before a pass has shown how fast it is (its graph is loaded in its first batch): this, and so much a token. */
  firstMs: number;
  firstTokenMs: number;
  /** After that: so many times as long a token as the slowest batch took, but never less than `leastMs`. */
  factor: number;
  leastMs: number;
}

export const watchLimits: WatchLimits = { firstMs: 300_000, firstTokenMs: 1000, factor: 20, leastMs: 60_000 };

/** A limit is counted in ticks, so that a machine that slept, or a parent that was busy itself, does not count. */
const ticks = 20;

/** Watches batches from outside of the process that runs them: a native call that hangs holds that process whole. */
export class Watchdog {
  private isOver = false;
  private timer: NodeJS.Timeout | undefined;
  private running: { batch: Watched; since: number } | null = null;

  /**
   * @param onHung told with the limit in seconds
   * @param slowest ms a token of the slowest batch of each pass so far; may be shared by several
   */
  constructor(
    private readonly onHung: (seconds: number) => void,
    private readonly limits: WatchLimits = watchLimits,
    private readonly slowest = new Map<string, number>(),
  ) {}

  /** A batch begins; null: it ended. */
  batch(batch: Watched | null): void {
    clearInterval(this.timer);
    const { running } = this;
    if (batch === null && running) this.learn(running.batch, performance.now() - running.since);
    this.running = batch && { batch, since: performance.now() };
    if (batch) this.wait(this.limitOf(batch));
  }

  /** The work was cancelled: it ends after the batch that runs, or soon. What stands in something else (a monstrous row) does not hold the next one up. */
  cancelled(): void {
    if (!this.running) this.wait(this.limits.leastMs);
  }

  private wait(limit: number): void {
    clearInterval(this.timer);
    if (this.isOver) return;
    let left = ticks;
    this.timer = setInterval(() => {
      if (--left > 0) return;
      this.stop();
      this.onHung(Math.round(limit / 1000));
    }, limit / ticks);
  }

  /** Nothing is watched any more. */
  stop(): void {
    clearInterval(this.timer);
    this.running = null;
    this.isOver = true;
  }

  /** ms */
  limitOf({ work, tokens }: Watched): number {
    const { firstMs, firstTokenMs, factor, leastMs } = this.limits;
    const slowest = this.slowest.get(work);
    return slowest === undefined ? firstMs + firstTokenMs * tokens : Math.max(leastMs, factor * slowest * tokens);
  }

  private learn({ work, tokens }: Watched, ms: number): void {
    this.slowest.set(work, Math.max(this.slowest.get(work) ?? 0, ms / Math.max(1, tokens)));
  }
}
