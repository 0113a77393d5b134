import { commands, l10n, window } from 'vscode';
import { CancelledError, isExpected } from '../base/errors';
import type { Logger } from '../base/logger';
import type { CommandId } from './commands/ids';
import { actionsFor, describeBug, type ErrorAction } from './errorText';

/** Where errors of commands and of work in the background end: expected ones are shown, others logged with their stack. */
export class ErrorBoundary {
  constructor(private readonly logger: Logger) {}

  /** Gives what the work gives; undefined after an error, which was shown, and after a cancellation. */
  async run<T>(what: string, work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.report(what, error);
      return undefined;
    }
  }

  /** The same for work that nobody waits for. */
  inBackground(what: string, work: () => unknown): void {
    void this.run(what, work);
  }

  /** Something that went wrong and that the work survived. */
  warn(what: string, message: string): void {
    this.logger.warn(what);
    void show(message, ['log'], window.showWarningMessage);
  }

  private report(what: string, error: unknown): void {
    if (error instanceof CancelledError) return;
    if (isExpected(error)) {
      this.logger.warn(`${what}: ${error.reason}`);
      void show(error.message, actionsFor(error.reason));
      return;
    }
    this.logger.error(`${what}: ${describeBug(error)}`);
    void show(l10n.t('Persona Lens met an unexpected error.'), ['diagnostics', 'log']);
  }
}

interface Offer {
  title: string;
  command: CommandId | 'workbench.action.openSettings' | 'workbench.trust.manage';
  args?: string[];
}

/** Not awaited by commands: a message stands until it is read. */
async function show(message: string, actions: ErrorAction[], how: typeof window.showWarningMessage = window.showErrorMessage): Promise<void> {
  const offers = actions.map(offer);
  const chosen = await how(message, ...offers);
  if (chosen) await commands.executeCommand(chosen.command, ...(chosen.args ?? []));
}

function offer(action: ErrorAction): Offer {
  switch (action) {
    case 'settings':
      return { title: l10n.t('Open Settings'), command: 'workbench.action.openSettings', args: ['personaLens'] };
    case 'makeCard':
      return { title: l10n.t('Make a Default Card'), command: 'personaLens.makeDefaultCard' };
    case 'trust':
      return { title: l10n.t('Manage Workspace Trust'), command: 'workbench.trust.manage' };
    case 'log':
      return { title: l10n.t('Show Log'), command: 'personaLens.showLog' };
    case 'diagnostics':
      return { title: l10n.t('Copy Diagnostics'), command: 'personaLens.copyDiagnostics' };
  }
}
