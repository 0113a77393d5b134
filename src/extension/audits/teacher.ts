import type { Auditor } from '../../audit/auditor';
import { type Disposable, DisposableStore } from '../../base/disposable';
import { CancelledError } from '../../base/errors';
import { LEAST_MARKS } from '../../core/teach/least';
import type { TaughtFile } from '../../protocol';
import { Debouncer } from '../debouncer';
import { documentById, snapshotOf } from '../documents';
import type { ErrorBoundary } from '../errorBoundary';
import type { Settings } from '../settings';
import type { AuditedFile } from './auditedFile';
import type { AuditedFiles, DocumentId } from './auditedFiles';

/** Marks made quickly one after another are taught together. */
const SETTLE_MS = 150;

/** Teaches again whenever an audited file's marks or rows changed, as soon as there are enough marks. */
export class Teacher implements Disposable {
  private readonly store = new DisposableStore();
  private readonly pauses = this.store.add(new Debouncer<DocumentId>());
  private readonly running = new Map<DocumentId, AbortController>();

  constructor(
    private readonly files: AuditedFiles,
    private readonly auditor: () => Auditor,
    private readonly settings: Settings,
    private readonly boundary: ErrorBoundary,
  ) {
    this.store.add(
      files.onDidChange(({ id, change }) => {
        const file = files.get(id);
        if (change === 'closed') this.stop(id);
        else if (file?.stands && (change === 'marks' || change === 'state' || change === 'standing')) this.pauses.schedule(id, SETTLE_MS, () => this.again(id));
      }),
    );
  }

  /**
   * Teaches now, and shows what came of it.
   * @throws ExpectedError; CancelledError when another teaching took its place
   */
  async teach(id: DocumentId): Promise<TaughtFile | undefined> {
    const document = documentById(id);
    const file = this.files.get(id);
    if (!document || !file) return undefined;
    this.stop(id);
    const abort = new AbortController();
    this.running.set(id, abort);
    try {
      const { path, text } = snapshotOf(document);
      const marks = [...file.taught.marks].flatMap(([hash, { mark }]) => (mark === null ? [] : [{ hash, label: mark }]));
      const result = await this.auditor().teach({ path, text, settings: this.settings.audit(document.uri), marks }, () => undefined, abort.signal);
      if (this.running.get(id) !== abort) throw new CancelledError();
      file.setTaught(result);
      return result;
    } finally {
      if (this.running.get(id) === abort) this.running.delete(id);
    }
  }

  private again(id: DocumentId): void {
    const file = this.files.get(id);
    if (!file?.stands) return;
    if (hasEnough(file)) this.boundary.inBackground('teach from the marks', () => this.teach(id));
    else if (file.taught.result) file.setTaught(null);
  }

  private stop(id: DocumentId): void {
    this.pauses.cancel(id);
    this.running.get(id)?.abort();
    this.running.delete(id);
  }

  dispose(): void {
    for (const abort of this.running.values()) abort.abort();
    this.running.clear();
    this.store.dispose();
  }
}

function hasEnough({ rows, taught }: AuditedFile): boolean {
  const count = { good: 0, bad: 0 };
  for (const { score } of rows.all()) {
    const mark = taught.marks.get(score.hash)?.mark;
    if (mark) count[mark]++;
  }
  return count.good >= LEAST_MARKS && count.bad >= LEAST_MARKS;
}
