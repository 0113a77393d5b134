import type { MochaOptions } from 'mocha';
import type { Browser, Frame, Page } from 'playwright-core';

export interface EditorOptions {
  /** The folder of the extension: its package.json, and what its `main` names. It is linked, not copied. */
  extensionDir?: string;
  /** Or a packaged extension, which the editor's own installer installs. */
  vsix?: string;
  /** The folder, or `.code-workspace` file, to open. */
  workspace: string;
  /** User settings on top of quiet defaults. */
  settings?: Record<string, unknown>;
  /** A built-in theme by id or label. Default `Dark Modern`. */
  theme?: string;
  /** `false` opens the workspace in restricted mode. Default `true`. */
  trust?: boolean;
  viewport?: { width: number; height: number };
  /** More arguments for the server, e.g. `--reconnection-grace-time=1`. */
  serverArgs?: string[];
  /** More environment variables for the server and the extension host. */
  env?: Record<string, string>;
}

export interface ConsoleMessage {
  type: string;
  text: string;
}

/** A breach of a webview's content security policy. One breach is usually seen twice, once from each source. */
export interface CspViolation {
  source: 'event' | 'console';
  directive: string;
  /** What was refused: a URL, `inline` or `eval`. Empty from the console. */
  blocked: string;
  text: string;
}

export interface Editor {
  url: string;
  page: Page;
  browser: Browser;
  /** Ends every process and removes every temp file of this editor. */
  close(): Promise<void>;
  /** What the workbench and its webviews wrote to the browser's console so far. */
  consoleMessages: ConsoleMessage[];
  cspViolations(): CspViolation[];
  serverLog(): string;
  /** Opens a file, by its path from the workspace, and waits for its tab. */
  openFile(name: string): Promise<void>;
  /** Runs a command by its whole title in the palette, `Category: Title`. */
  runCommand(title: string): Promise<void>;
  closeTab(): Promise<void>;
  /** The lenses in view from top to bottom, once one matches. */
  codeLenses(matching?: RegExp): Promise<string[]>;
  clickLens(matching: RegExp): Promise<void>;
  /** Moves the pointer over a text of the active editor and reads the hover, once it matches. `line` counts from 1. */
  hoverAt(text: string, options?: { line?: number; matching?: RegExp }): Promise<string>;
  /** Puts the cursor on a line (from 1) and scrolls to it. */
  revealLine(line: number): Promise<void>;
  /** The innermost frame of a shown webview. A webview that is hidden and shown again has a new one. */
  webviewFrame(title: string): Promise<Frame>;
  statusBarText(): Promise<string[]>;
  notifications(): Promise<string[]>;
  /** By id or label, through the theme picker. */
  setTheme(name: string): Promise<void>;
  /** Changes user settings while the editor runs. */
  changeSettings(changes: Record<string, unknown>): Promise<void>;
  screenshot(path: string): Promise<void>;
}

/** Whether this machine can run `startEditor`: Linux x64. */
export const serverEditorSupported: boolean;

export function startEditor(options: EditorOptions): Promise<Editor>;

/** Reads every `everyMs` until the value is accepted; fails with `what` after `timeoutMs` (30 s). */
export function until<T>(
  read: () => T | Promise<T>,
  accept: (value: T) => unknown,
  options: { what: string; timeoutMs?: number; everyMs?: number },
): Promise<T>;

export interface HostRun {
  extensionDevelopmentPath: string;
  workspace?: string;
  /** Mocha files, CommonJS or ES modules, that may import `vscode`. */
  files?: string[];
  /** A test entry of your own in place of mocha over `files`. */
  extensionTestsPath?: string;
  mocha?: MochaOptions;
  env?: Record<string, string>;
}
