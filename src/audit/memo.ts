/** Keeps the last thing made under a key; another key, or a failure, lets it go. */
export class Memo<T> {
  private key: string | null = null;
  private value: Promise<T> | null = null;

  /** @param onError told of a release that failed: nobody waits for it */
  constructor(
    private readonly release: (value: T) => Promise<void> = () => Promise.resolve(),
    private readonly onError: (error: unknown) => void = () => undefined,
  ) {}

  get(key: string, make: () => Promise<T>): Promise<T> {
    if (this.key === key && this.value) return this.value;
    void this.clear();
    const value = make();
    this.key = key;
    this.value = value;
    value.catch(() => {
      if (this.value === value) this.value = null;
    });
    return value;
  }

  async current(): Promise<T | null> {
    return (await this.value?.catch(() => null)) ?? null;
  }

  async clear(): Promise<void> {
    const { value } = this;
    this.value = null;
    const made = await value?.catch(() => null);
    if (made) await this.release(made).catch(this.onError);
  }
}
