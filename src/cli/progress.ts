import cliProgress from 'cli-progress';
import { countWords, durationWords, speedWords } from '../core/report';
import type { AuditProgress } from '../protocol';
import { neutralise } from './terminal/neutralise';
import { truncate } from './terminal/width';

/** Where the terminal hears how far an audit is. */
export interface Progress {
  update(progress: AuditProgress): void;
  /** A line of its own, such as a warning. */
  note(message: string): void;
  /** Leaves the terminal as it was: the last word before results. */
  end(): void;
}

export interface ProgressStream {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  write(text: string): unknown;
}

const everyMs = 5000;
const barColumns = 24;

/** Nothing when quiet, a bar on a terminal, a plain line every few seconds elsewhere. */
export function progressFor(stream: ProgressStream, { quiet, clock = () => performance.now() }: { quiet: boolean; clock?: () => number }): Progress {
  if (quiet) return { update() {}, note() {}, end() {} };
  return stream.isTTY ? new BarProgress(stream) : new LineProgress(stream, clock);
}

/** "activations 412 of 6,000 rows, 34 rows/s, 2 min 44 s left" */
export function progressWords({ stage, done, total, rowsPerSecond, secondsLeft }: AuditProgress): string {
  if (total === 0) return stage;
  // Ordinary rows are counted once a measure: their share says more than their number.
  const parts = [stage === 'reading ordinary rows' ? `${stage} ${Math.floor((100 * done) / total)} %` : `${stage} ${countWords(done)} of ${countWords(total)} rows`];
  if (rowsPerSecond !== null) parts.push(speedWords(rowsPerSecond));
  if (secondsLeft !== null && done < total) parts.push(`${durationWords(secondsLeft)} left`);
  return parts.join(', ');
}

class LineProgress implements Progress {
  private last: number;

  constructor(
    private readonly stream: ProgressStream,
    private readonly clock: () => number,
  ) {
    this.last = clock();
  }

  update(progress: AuditProgress): void {
    if (this.clock() - this.last < everyMs) return;
    this.last = this.clock();
    this.note(progressWords(progress));
  }

  note(message: string): void {
    this.stream.write(`${neutralise(message)}\n`);
  }

  end(): void {}
}

class BarProgress implements Progress {
  private bar: cliProgress.SingleBar | null = null;
  private latest: AuditProgress | null = null;

  constructor(private readonly stream: ProgressStream) {}

  update(progress: AuditProgress): void {
    this.latest = progress;
    if (this.bar) {
      this.bar.setTotal(Math.max(1, progress.total));
      this.bar.update(progress.done);
      return;
    }
    this.bar = new cliProgress.SingleBar({
      stream: this.stream as NodeJS.WritableStream,
      format: () => truncate(barWords(this.latest!), (this.stream.columns ?? 80) - 1),
      clearOnComplete: true,
      hideCursor: true,
      forceRedraw: true,
      gracefulExit: false,
      fps: 4,
    });
    this.bar.start(Math.max(1, progress.total), progress.done);
  }

  note(message: string): void {
    this.end();
    this.stream.write(`${neutralise(message)}\n`);
  }

  end(): void {
    this.bar?.stop();
    this.bar = null;
  }
}

export function barWords(progress: AuditProgress): string {
  if (progress.total === 0) return `${progress.stage}…`;
  const filled = Math.round((barColumns * progress.done) / progress.total);
  return `${'█'.repeat(filled)}${'░'.repeat(barColumns - filled)} ${progressWords(progress)}`;
}
