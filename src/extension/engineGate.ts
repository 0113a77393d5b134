import { join } from 'node:path';
import { l10n, workspace } from 'vscode';
import type { Auditor } from '../audit/auditor';
import { AuditClient } from '../audit/client';
import { type Disposable, DisposableStore, toDisposable } from '../base/disposable';
import { ExpectedError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { Settings } from './settings';

/**
 * The only way to the engine. Nothing is started before it is needed, and nothing at all while the workspace is not trusted.
 */
export class EngineGate implements Disposable {
  private readonly store = new DisposableStore();
  private client: Auditor | undefined;

  constructor(
    private readonly extensionFolder: string,
    private readonly settings: Settings,
    private readonly logger: Logger,
  ) {
    this.store.add(toDisposable(() => this.stop()));
    this.store.add(settings.onDidChange(() => this.stop(), 'engine.execPath'));
  }

  /** @throws ExpectedError in a workspace that is not trusted */
  readonly auditor = (): Auditor => {
    this.requireTrust();
    if (!this.client) {
      const execPath = this.settings.get('engine.execPath');
      this.client = new AuditClient({
        entry: join(this.extensionFolder, 'dist', 'engine.cjs'),
        ...(execPath !== '' && { execPath }),
        logger: this.logger,
      });
    }
    return this.client;
  };

  requireTrust(): void {
    if (workspace.isTrusted) return;
    throw new ExpectedError('untrusted', l10n.t('Persona Lens runs no model in a workspace that is not trusted: trust it, then run this command again.'));
  }

  /** Whether a process of the engine was started; asking it something would start one otherwise. */
  get started(): boolean {
    return this.client !== undefined;
  }

  dispose(): void {
    this.store.dispose();
  }

  private stop(): void {
    this.client?.dispose();
    this.client = undefined;
  }
}
