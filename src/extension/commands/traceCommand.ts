import { commands, l10n, ProgressLocation, Uri, window } from 'vscode';
import type { ResidualsFile, ResidualsRequest } from '../../protocol';
import { signalOf } from '../cancellation';
import { datasetEditor } from '../documents';
import type { EngineGate } from '../engineGate';
import type { ErrorBoundary } from '../errorBoundary';
import type { Settings } from '../settings';
import { countWords } from '../words/numbers';

type Asked = Pick<ResidualsRequest, 'input' | 'hooks' | 'out'>;

/** Writing the residual stream of a text to a file, so that it can be compared with another framework's. */
export class TraceCommand {
  constructor(
    private readonly engine: EngineGate,
    private readonly settings: Settings,
    private readonly boundary: ErrorBoundary,
    /** Name and version of the product. */
    private readonly software: string,
  ) {}

  /** @param target text, hook points and file; asked for where they are not given */
  async run(target: unknown): Promise<ResidualsFile | undefined> {
    const settings = this.settings.model(datasetEditor()?.document.uri);
    const auditor = this.engine.auditor();
    const asked = isAsked(target) ? { input: { text: target.text }, hooks: target.hooks, out: target.out.fsPath } : await ask();
    if (!asked) return undefined;
    const written = await window.withProgress({ location: ProgressLocation.Notification, title: l10n.t('Tracing the text'), cancellable: true }, async (_, token) => {
      const cancellation = signalOf(token);
      try {
        return await auditor.residuals({ ...asked, settings, software: this.software }, cancellation.signal);
      } finally {
        cancellation.dispose();
      }
    });
    this.boundary.inBackground('tell what was traced', () => tell(written));
    return written;
  }
}

interface Given {
  text: string;
  hooks: string[];
  out: Uri;
}

/** Arguments come from anywhere. */
function isAsked(target: unknown): target is Given {
  const { text, hooks, out } = (target ?? {}) as Partial<Given>;
  return typeof text === 'string' && Array.isArray(hooks) && hooks.every((hook) => typeof hook === 'string') && out instanceof Uri;
}

async function ask(): Promise<Asked | undefined> {
  const editor = window.activeTextEditor;
  const title = l10n.t('Trace a text to a file');
  const text = await window.showInputBox({ title, prompt: l10n.t('The text, as the model’s own tokenizer reads it'), value: editor?.document.getText(editor.selection) ?? '' });
  if (!text) return undefined;
  const hooks = await window.showInputBox({ title, prompt: l10n.t('Hook points, such as blocks.5.hook_resid_post,blocks.5.hook_resid_mid, or all'), value: 'all' });
  if (!hooks) return undefined;
  const out = await window.showSaveDialog({ title, filters: { safetensors: ['safetensors'] } });
  return out && { input: { text }, hooks: hooks.split(',').map((hook) => hook.trim()), out: out.fsPath };
}

async function tell({ path, tokens, hooks }: ResidualsFile): Promise<void> {
  const reveal = l10n.t('Reveal the File');
  const chosen = await window.showInformationMessage(l10n.t('{0} holds {1} hook points over {2} tokens and the logits after the last one.', path, countWords(hooks.length), countWords(tokens)), reveal);
  if (chosen === reveal) await commands.executeCommand('revealFileInOS', Uri.file(path));
}
