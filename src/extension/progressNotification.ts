import { l10n, ProgressLocation, window } from 'vscode';
import type { AuditProgress } from '../protocol';
import { signalOf } from './cancellation';
import { progressWords } from './words/progress';

/** Shows work that tells its stages as a notification with a bar, and lets it be cancelled there. */
export async function withProgressNotification<T>(title: string, work: (onProgress: (now: AuditProgress) => void, signal: AbortSignal) => Promise<T>): Promise<T> {
  return window.withProgress({ location: ProgressLocation.Notification, cancellable: true, title }, async (progress, token) => {
    const cancellation = signalOf(token);
    let percent = 0;
    try {
      return await work((now) => {
        const reached = now.total > 0 ? (100 * now.done) / now.total : percent;
        progress.report({ message: progressWords(now, l10n.t), increment: Math.max(0, reached - percent) });
        percent = Math.max(percent, reached);
      }, cancellation.signal);
    } finally {
      cancellation.dispose();
    }
  });
}
