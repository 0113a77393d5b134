import { strict as assert } from 'node:assert';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';

export { assert };

/** How much slower than planned this machine may be. */
export const patience = Number(process.env['E2E_PATIENCE'] ?? 1);

export const workspaceFile = (name: string): vscode.Uri => {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, 'a folder is open');
  return vscode.Uri.joinPath(folder.uri, name);
};

export async function open(name: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(workspaceFile(name), { viewColumn: vscode.ViewColumn.One, preview: false });
}

/** Runs Audit This File to its end; gives the state that it ended in. */
export async function audit(name: string): Promise<unknown> {
  return vscode.commands.executeCommand('personaLens.auditFile', workspaceFile(name));
}

export interface Lens {
  title: string;
  /** 0-based. */
  line: number;
  command: string;
  args: unknown[];
}

/** The first lens of each row, those included that wait because their row is in view. */
export async function lenses(name: string): Promise<Lens[]> {
  return (await allLenses(name)).filter(({ command }) => command === 'personaLens.inspectRow' || command === 'personaLens.auditFile');
}

/** The lenses that mark a row or take its mark back. */
export async function markLenses(name: string): Promise<Lens[]> {
  return (await allLenses(name)).filter(({ command }) => ['personaLens.markGood', 'personaLens.markBad', 'personaLens.clearMark'].includes(command));
}

/** The lenses that scroll to a row's words or answers. */
export async function revealLenses(name: string): Promise<Lens[]> {
  return (await allLenses(name)).filter(({ command }) => command === 'personaLens.revealSpan');
}

async function allLenses(name: string): Promise<Lens[]> {
  await vscode.commands.executeCommand('personaLens.showLenses', workspaceFile(name));
  return drawnLenses(name);
}

/** The lenses that are drawn now. */
export async function drawnLenses(name: string): Promise<Lens[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', workspaceFile(name), 5000);
  return found
    .filter(({ command }) => command?.command.startsWith('personaLens.'))
    .map(({ range, command }) => ({ title: command?.title ?? '', line: range.start.line, command: command?.command ?? '', args: command?.arguments ?? [] }));
}

/** Our hover's Markdown at a line. */
export async function hover(name: string, line: number): Promise<vscode.MarkdownString | undefined> {
  const found = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', workspaceFile(name), new vscode.Position(line, 5));
  const contents = found.flatMap((each) => each.contents as vscode.MarkdownString[]);
  return contents.find(({ value }) => value?.includes('percentile') || value?.includes('edited since'));
}

/** Reads until the value is accepted. */
export async function until<T>(what: string, read: () => T | Thenable<T>, accept: (value: T) => boolean, timeoutMs = 60_000 * patience): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (accept(value)) return value;
    assert.ok(Date.now() < deadline, `waited ${timeoutMs / 1000} s for ${what}; last seen: ${JSON.stringify(value)?.slice(0, 600)}`);
    await delay(200);
  }
}

export async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

export async function setting(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('personaLens').update(name, value, vscode.ConfigurationTarget.Workspace);
}
