import { randomBytes } from 'node:crypto';
import { env, l10n, Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import { Emitter } from '../../base/emitter';
import type { Logger } from '../../base/logger';
import type { HeatmapIn, HeatmapOut } from '../../protocol';
import { heatmapMessage } from './heatmapMessages';
import { heatmapShell } from './heatmapShell';

/** The heatmap's webview: its page, its messages in both directions, and what to show again when the page was reloaded. */
export class HeatmapPanel implements Disposable {
  private readonly store = new DisposableStore();
  private readonly messages = this.store.add(new Emitter<HeatmapOut>());
  readonly onMessage = this.messages.event;
  private readonly shown = this.store.add(new Emitter<void>());
  /** The panel was opened, or came to the front. */
  readonly onDidShow = this.shown.event;
  private readonly closed = this.store.add(new Emitter<void>());
  readonly onDidClose = this.closed.event;
  private panel: WebviewPanel | undefined;
  private ready = false;
  private content: HeatmapIn | undefined;
  private cursor: HeatmapIn | undefined;

  constructor(
    private readonly extensionUri: Uri,
    private readonly logger: Logger,
  ) {}

  get isVisible(): boolean {
    return this.panel?.visible ?? false;
  }

  /** Opens the panel beside the file, or brings it to the front; the file keeps the focus. */
  open(): void {
    if (this.panel) this.panel.reveal(undefined, true);
    else this.create();
  }

  /** The last content and cursor stand until others come, also when the page is loaded again. */
  post(message: HeatmapIn): void {
    if (message.type === 'cursor') this.cursor = message;
    else if (message.type !== 'no-measure') {
      this.content = message;
      this.cursor = undefined;
    }
    this.send(message);
  }

  private create(): void {
    const root = Uri.joinPath(this.extensionUri, 'dist', 'webview');
    const title = l10n.t('Heatmap');
    const panel = window.createWebviewPanel('personaLens.heatmap', title, { viewColumn: ViewColumn.Beside, preserveFocus: true }, { enableScripts: true, localResourceRoots: [root] });
    this.panel = panel;
    const { webview } = panel;
    webview.onDidReceiveMessage((raw: unknown) => this.receive(raw));
    panel.onDidChangeViewState(() => panel.visible && this.shown.fire());
    panel.onDidDispose(() => this.gone());
    webview.html = heatmapShell({
      nonce: randomBytes(16).toString('base64url'),
      cspSource: webview.cspSource,
      script: webview.asWebviewUri(Uri.joinPath(root, 'heatmap.js')).toString(),
      language: env.language,
      title,
    });
    this.shown.fire();
  }

  private receive(raw: unknown): void {
    const message = heatmapMessage(raw);
    if (!message) return this.logger.warn('heatmap: a message that it does not send was left out');
    if (message.type === 'ready') {
      this.ready = true;
      this.send(this.content);
      this.send(this.cursor);
    } else this.messages.fire(message);
  }

  private send(message: HeatmapIn | undefined): void {
    if (message && this.ready) void this.panel?.webview.postMessage(message);
  }

  private gone(): void {
    this.panel = undefined;
    this.ready = false;
    this.content = undefined;
    this.cursor = undefined;
    this.closed.fire();
  }

  dispose(): void {
    this.panel?.dispose();
    this.store.dispose();
  }
}
