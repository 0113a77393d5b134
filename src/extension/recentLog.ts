import { homedir } from 'node:os';
import type { Logger } from '../base/logger';

/** Passes a log on and keeps its last lines for Copy Diagnostics, with the home folder written as `~`. */
export class RecentLog implements Logger {
  private readonly kept: string[] = [];

  constructor(
    private readonly target: Logger,
    private readonly capacity = 60,
    private readonly home = homedir(),
  ) {}

  debug(message: string): void {
    this.target.debug(message);
  }

  info(message: string): void {
    this.keep('info', message);
    this.target.info(message);
  }

  warn(message: string): void {
    this.keep('warn', message);
    this.target.warn(message);
  }

  error(message: string): void {
    this.keep('error', message);
    this.target.error(message);
  }

  lines(): string[] {
    return [...this.kept];
  }

  private keep(level: string, message: string): void {
    this.kept.push(`${new Date().toISOString()} [${level}] ${message.replaceAll(this.home, '~')}`);
    if (this.kept.length > this.capacity) this.kept.shift();
  }
}
