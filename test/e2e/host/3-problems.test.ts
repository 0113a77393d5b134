import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { assert, audit, closeAll, lenses, open, setting, until, workspaceFile } from './support';

const file = 'malformed.jsonl';
const ours = (): vscode.Diagnostic[] => vscode.languages.getDiagnostics(workspaceFile(file)).filter(({ source, severity }) => source === 'Persona Lens' && severity === vscode.DiagnosticSeverity.Warning);

describe('rows that cannot be read', () => {
  before(async () => {
    await open(file);
    assert.equal(await audit(file), 'done');
  });
  after(async () => {
    await setting('mapping', undefined);
    await closeAll();
  });

  it('are warnings on their lines, with reason and message', () => {
    const found = ours().sort((a, b) => a.range.start.line - b.range.start.line);
    assert.deepEqual(found.map(({ range }) => range.start.line), [2, 3, 4]);
    assert.equal(found[0]?.code, 'broken-json');
    for (const { severity, message } of found) assert.ok(severity === vscode.DiagnosticSeverity.Warning && message.length > 10);
  });

  it('do not stop the other rows', async () => {
    assert.equal((await lenses(file)).length, 2);
  });

  it('go away when the rows are mended', async () => {
    const editor = await open(file);
    assert.ok(await editor.edit((builder) => builder.delete(new vscode.Range(2, 0, 5, 0))));
    await until('no problem', ours, (found) => found.length === 0);
  });

  it('go away with the file', async () => {
    await vscode.commands.executeCommand('undo');
    await until('the problems again', ours, (found) => found.length === 3);
    await closeAll();
    await until('no problem', ours, (found) => found.length === 0);
  });

  it('a file that cannot be read as a whole is said, and leaves nothing behind', async () => {
    await open('notes.txt');
    assert.equal(await audit('notes.txt'), undefined);
    assert.equal((await lenses('notes.txt')).length, 0);
  });
});

describe('a JSON list', () => {
  after(closeAll);

  it('has lenses over its elements', async () => {
    const { document } = await open('list.json');
    assert.equal(await audit('list.json'), 'done');
    const found = await lenses('list.json');
    assert.equal(found.length, 6);
    for (const { line } of found) assert.match(document.lineAt(line).text, /^\s*\{/);
  });
});
