import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { assert, audit, closeAll, hover, lenses, open, setting, until } from './support';

const file = 'mixed-chat.jsonl';
const lineNumbers = async (): Promise<number[]> => (await lenses(file)).map(({ line }) => line);

describe('editing an audited file', () => {
  let editor: vscode.TextEditor;
  const edit = async (change: (builder: vscode.TextEditorEdit) => void): Promise<void> => assert.ok(await editor.edit(change));
  const hoverText = async (line: number): Promise<string> => (await hover(file, line))?.value ?? '';

  before(async () => {
    editor = await open(file);
    assert.equal(await audit(file), 'done');
  });
  after(async () => {
    await setting('autoReaudit', undefined);
    await closeAll();
  });

  it('moves lenses with the text at once', async () => {
    await setting('autoReaudit', false);
    const before = await lineNumbers();
    await edit((builder) => builder.insert(new vscode.Position(0, 0), '\n\n'));
    assert.deepEqual(await lineNumbers(), before.map((line) => line + 2));
    await vscode.commands.executeCommand('undo');
    assert.deepEqual(await lineNumbers(), before);
  });

  it('shows no number of a text that is gone', async () => {
    const [lens] = await lenses(file);
    assert.ok(lens);
    const { text } = editor.document.lineAt(lens.line);
    const at = text.lastIndexOf('"content": "') + '"content": "'.length;
    await edit((builder) => builder.insert(new vscode.Position(lens.line, at), 'Well. '));
    const changed = (await lenses(file)).find(({ line }) => line === lens.line);
    assert.deepEqual([changed?.title, changed?.command], ['edited since it was scored · ▸ audit again', 'personaLens.auditFile']);
    assert.match(await hoverText(lens.line), /^This row was edited/);
    await vscode.commands.executeCommand('undo');
  });

  it('scores the edited row again after a pause, from the text that is not saved', async () => {
    await audit(file);
    await setting('autoReaudit', true);
    const line = 0;
    const before = await hoverText(line);
    const { text } = editor.document.lineAt(line);
    const at = text.lastIndexOf('"content": "') + '"content": "'.length;
    await edit((builder) => builder.insert(new vscode.Position(line, at), 'You fool, you will regret ever asking me that. '));
    assert.ok(editor.document.isDirty);
    const after = await until('new numbers', () => hoverText(line), (now) => now.includes('| percentile |') && now !== before);
    assert.match(after, /Row 1 ·/);
  });

  it('follows added and removed rows', async () => {
    const { text } = editor.document.lineAt(3);
    const rows = editor.document.getText().trim().split('\n').length;
    await edit((builder) => builder.insert(new vscode.Position(0, 0), `${text.replace('"content": "', '"content": "Once more: ')}\n`));
    await until('one more row', () => lenses(file), (found) => found.length > 0 && found.every(({ title }) => title.includes(` of ${rows + 1} to review`)));
    await edit((builder) => builder.delete(new vscode.Range(0, 0, 1, 0)));
    await until('one row less', () => lenses(file), (found) => found.length > 0 && found.every(({ title }) => title.includes(` of ${rows} to review`)));
  });
});
