import { isExpected, messageOf } from '../base/errors';
import type { VectorKey } from '../core/types';
import type { VectorStore } from '../store';

/** The store as one audit sees it: never in the way. When it cannot be read or written, the audit says so once and goes on without. */
export class CacheAccess {
  private broken = false;

  /** @param onBroken told once, when the cache cannot be used from now on */
  constructor(
    private readonly store: VectorStore | null,
    private readonly onBroken: (message: string) => void = () => undefined,
  ) {}

  /** @returns undefined without a store, or where it could not be used */
  async attempt<T>(action: (store: VectorStore) => Promise<T>): Promise<T | undefined> {
    if (!this.store || this.broken) return undefined;
    try {
      return await action(this.store);
    } catch (error) {
      if (!isExpected(error)) throw error;
      this.broken = true;
      this.onBroken(messageOf(error));
      return undefined;
    }
  }

  /** Keeps the folder tidy and within its limit; called once, when an audit ends. */
  async tidy(...keys: VectorKey[]): Promise<void> {
    await this.attempt(async (store) => {
      for (const key of keys) await store.compact(key);
      await store.enforceLimit(...keys);
    });
  }
}
