import { type Disposable } from '../../base/disposable';
import type { AuditedFiles } from '../audits/auditedFiles';
import type { ErrorBoundary } from '../errorBoundary';

/** Says what an audit met and went on from: each thing once an audit, and what does not change by itself once a window. */
export class AuditNotices implements Disposable {
  private readonly subscription: Disposable;
  private readonly said = new Set<string>();

  constructor(files: AuditedFiles, boundary: ErrorBoundary) {
    this.subscription = files.onDidChange(({ id, change }) => {
      const notice = change === 'notice' ? files.get(id)?.notices.at(-1) : undefined;
      if (!notice || this.said.has(notice.message)) return;
      if (notice.code === 'no-cache') this.said.add(notice.message);
      boundary.warn(notice.code, notice.message);
    });
  }

  dispose(): void {
    this.subscription.dispose();
  }
}
