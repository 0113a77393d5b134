import type { CancellationToken } from 'vscode';
import type { Disposable } from '../base/disposable';

/** The editor's cancellation as the AbortSignal that the rest of the product knows. Dispose it when the work is over. */
export function signalOf(token: CancellationToken): { signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  const listener = token.onCancellationRequested(() => controller.abort());
  return { signal: controller.signal, dispose: () => listener.dispose() };
}
