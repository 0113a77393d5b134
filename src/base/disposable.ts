export interface Disposable {
  dispose(): void;
}

/** Owns disposables: whoever makes a thing puts it here, and disposing the store disposes them, last first. */
export class DisposableStore implements Disposable {
  private readonly items: Disposable[] = [];
  private disposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.disposed) item.dispose();
    else this.items.push(item);
    return item;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const item of this.items.reverse()) item.dispose();
    this.items.length = 0;
  }
}

export function toDisposable(dispose: () => void): Disposable {
  return { dispose };
}
