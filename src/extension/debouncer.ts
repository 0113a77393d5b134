import type { Disposable } from '../base/disposable';

/** While rows arrive, what is drawn from them is drawn no more often. */
export const BETWEEN_REFRESHES_MS = 1000;

/** Runs the last action given for a key once nothing was given for it during the delay. */
export class Debouncer<Key> implements Disposable {
  private readonly timers = new Map<Key, NodeJS.Timeout>();

  schedule(key: Key, delayMs: number, action: () => void): void {
    this.cancel(key);
    this.timers.set(
      key,
      setTimeout(() => {
        this.timers.delete(key);
        action();
      }, delayMs),
    );
  }

  cancel(key: Key): void {
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }
}
