import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { assert, audit, closeAll, hover, lenses, open, setting, until, workspaceFile } from './support';

const file = 'follow.jsonl';
const other = 'renamed.jsonl';
const path = (name: string): string => workspaceFile(name).fsPath;
const rows = (): string[] => readFileSync(path(file), 'utf8').trimEnd().split('\n');
const changed = (row: string, words: string): string => row.replace('"content": "', `"content": "${words} `);

const said = new Map<string, { ran: number; ended: boolean }>();

/** What the engine says it ran, audit by audit, cancelled ones too, from the log: it keeps its last lines only. */
async function audits(): Promise<{ ran: number; ended: boolean }[]> {
  const text = await vscode.commands.executeCommand<string>('personaLens.copyDiagnostics');
  for (const [line, ended, cancelled] of text.matchAll(/^.*(?:audited \d+ rows, (\d+) run|cancelled in activations, (\d+) rows run).*$/gm)) {
    said.set(line, { ran: Number(ended ?? cancelled), ended: ended !== undefined });
  }
  return [...said.values()];
}

/** Rows run by the audits that an action leads to, once one has ended. A file that is written in two steps may lead to two. */
async function rowsRun(act: () => Thenable<unknown> | void): Promise<number> {
  const before = (await audits()).length;
  await act();
  const since = (await until('another audit', audits, (all) => all.slice(before).some(({ ended }) => ended))).slice(before);
  return since.reduce((sum, { ran }) => sum + ran, 0);
}

describe('an audited file is followed', () => {
  let editor: vscode.TextEditor;
  const withWords = (line: number, words: string) => async (): Promise<void> => {
    const at = editor.document.lineAt(line).text.lastIndexOf('"content": "') + '"content": "'.length;
    assert.ok(await editor.edit((builder) => builder.insert(new vscode.Position(line, at), words)));
  };
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@localhost', '-c', 'core.autocrlf=false', ...args], { cwd: vscode.workspace.workspaceFolders![0]!.uri.fsPath, encoding: 'utf8' });

  before(async () => {
    writeFileSync(path(file), readFileSync(path('mixed-chat.jsonl'), 'utf8').split('\n').slice(0, 12).map((row, i) => changed(row, `Followed ${i}.`)).join('\n') + '\n');
    git('init', '-q');
    git('add', file);
    git('commit', '-q', '-m', 'first');
    writeFileSync(path(file), rows().map((row, i) => (i === 2 || i === 7 || i === 9 ? changed(row, 'Of the second version.') : row)).join('\n') + '\n');
    git('commit', '-q', '-am', 'second');
    git('checkout', '-q', 'HEAD~1', '--', file);
    editor = await open(file);
    await setting('lens.show', 'all');
    assert.equal(await audit(file), 'done');
  });
  after(async () => {
    await setting('lens.show', undefined);
    await closeAll();
    rmSync(path('.git'), { recursive: true, force: true });
    for (const name of [file, other]) rmSync(path(name), { force: true });
  });

  it('one edited row runs one row; until then it alone has no number', async () => {
    const titles = (await lenses(file)).map(({ title }) => title);
    const ran = await rowsRun(async () => {
      await withWords(4, 'You fool. ')();
      const now = await lenses(file);
      assert.match(now.find(({ line }) => line === 4)?.title ?? '', /^edited since it was scored/);
      assert.match((await hover(file, 4))?.value ?? '', /^This row was edited/);
      for (const { title, line } of now) if (line !== 4) assert.equal(title, titles[line]);
    });
    assert.equal(ran, 1);
    assert.ok((await lenses(file)).every(({ title }) => !title.includes('edited since')));
    assert.ok(editor.document.isDirty);
  });

  it('undo and redo run nothing', async () => {
    assert.equal(await rowsRun(() => vscode.commands.executeCommand('undo')), 0);
    assert.equal(await rowsRun(() => vscode.commands.executeCommand('redo')), 0);
    assert.equal(await rowsRun(() => vscode.commands.executeCommand('undo')), 0);
  });

  it('saving what did not change runs nothing, and audits nothing', async () => {
    const before = (await audits()).length;
    assert.ok(await editor.document.save());
    // An audit that the saving led to would have ended before that of an edit made after it.
    assert.equal(await rowsRun(withWords(4, 'You fool. ')), 0);
    assert.equal((await audits()).length, before + 1);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await until('the saved text', () => editor.document.isDirty, (dirty) => !dirty);
  });

  it('what another program writes runs what it changed', async () => {
    assert.equal(await rowsRun(() => writeFileSync(path(file), rows().map((row, i) => (i === 10 ? changed(row, 'Written elsewhere.') : row)).join('\n') + '\n')), 1);
  });

  it('another version of git runs the rows that differ, and the way back nothing', async () => {
    git('checkout', '-q', '-f', 'HEAD~1', '--', file);
    await until('the first version', () => editor.document.getText().includes('Written elsewhere'), (has) => !has);
    assert.equal(await rowsRun(() => void git('checkout', '-q', 'HEAD', '--', file)), 3);
    assert.equal(await rowsRun(() => void git('checkout', '-q', 'HEAD~1', '--', file)), 0);
    assert.equal((await lenses(file)).length, 12);
  });

  it('a renamed file keeps its audit', async () => {
    const titles = (await lenses(file)).map(({ title }) => title);
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(workspaceFile(file), workspaceFile(other));
    assert.equal(await rowsRun(async () => assert.ok(await vscode.workspace.applyEdit(edit))), 0);
    assert.deepEqual((await lenses(other)).map(({ title }) => title), titles);
  });

  it('a deleted file leaves nothing behind', async () => {
    const edit = new vscode.WorkspaceEdit();
    edit.deleteFile(workspaceFile(other));
    assert.ok(await vscode.workspace.applyEdit(edit));
    await closeAll();
    const text = await vscode.commands.executeCommand<string>('personaLens.copyDiagnostics');
    assert.doesNotMatch(text, /audited file \d/);
    assert.equal(vscode.languages.getDiagnostics(workspaceFile(other)).length, 0);
  });
});
