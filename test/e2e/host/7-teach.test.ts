import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { assert, audit, closeAll, hover, lenses, markLenses, open, until, workspaceFile } from './support';

const sample = 'car-maintenance.jsonl';
const marksFile = workspaceFile('car-maintenance.persona-lens.jsonl');

interface Key {
  label: 'good' | 'bad';
}

describe('teaching from marks', () => {
  let key: Key[];
  before(async () => {
    const text = Buffer.from(await vscode.workspace.fs.readFile(workspaceFile('car-maintenance.key.jsonl'))).toString();
    key = text.trimEnd().split('\n').map((line) => JSON.parse(line) as Key);
    await open(sample);
    assert.equal(await audit(sample), 'done');
  });
  after(async () => {
    await closeAll();
    await vscode.workspace.fs.delete(marksFile);
  });

  const mark = (line: number, label: string) => vscode.commands.executeCommand(label === 'good' ? 'personaLens.markGood' : 'personaLens.markBad', workspaceFile(sample).toString(), line);

  it('writes a mark beside the file, never into it, and shows it in lens and hover', async () => {
    const editor = await open(sample);
    const text = editor.document.getText();
    const line = key.findIndex(({ label }) => label === 'bad');
    editor.selection = new vscode.Selection(line, 3, line, 3);
    await vscode.commands.executeCommand('personaLens.markBad');
    assert.match(Buffer.from(await vscode.workspace.fs.readFile(marksFile)).toString(), /^\{"hash":"[0-9a-f]{64}","mark":"bad","time":"[^"]+"\}\n$/);
    assert.deepEqual([editor.document.getText(), editor.document.isDirty], [text, false]);
    const [own] = await until('the lens of the marked row', async () => (await lenses(sample)).filter((lens) => lens.line === line), (found) => found.length === 1);
    assert.match(own!.title, / · marked bad · /);
    assert.deepEqual((await markLenses(sample)).filter((lens) => lens.line === line).map(({ title }) => title), ['good', 'clear']);
    assert.match((await hover(sample, line))?.value ?? '', /\*\*marked bad\*\*/);
    await vscode.commands.executeCommand('personaLens.clearMark', workspaceFile(sample).toString(), line);
    await until('the lens without the mark', () => lenses(sample), (found) => found.every(({ title }) => !title.includes('marked')));
  });

  it('teaches by itself once there are enough marks, and the lenses follow', async () => {
    const pick = (label: string) => key.flatMap((entry, line) => (entry.label === label ? [line] : [])).slice(0, 15);
    for (const label of ['good', 'bad']) for (const line of pick(label)) await mark(line, label);
    const found = await until('a taught ranking', () => lenses(sample), (all) => all.some(({ title }) => /yours \d/.test(title)));
    assert.ok(found.some(({ title }) => title.includes('worth a mark')));
    const result = await vscode.commands.executeCommand<{ marks: object; finding: string; timings: { rowsRun: number; teachMs: number; rankMs: number } }>('personaLens.teach');
    assert.deepEqual(result.marks, { good: 15, bad: 15, elsewhere: 0 });
    assert.equal(result.timings.rowsRun, 0);
    console.log(`      (${result.finding}; taught in ${result.timings.teachMs.toFixed(0)} ms, ranked in ${result.timings.rankMs.toFixed(0)} ms)`);
  });

  it('goes to a row worth a mark', async () => {
    const editor = await open(sample);
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await vscode.commands.executeCommand('personaLens.nextToMark');
    const [lens] = (await lenses(sample)).filter(({ line }) => line === editor.selection.active.line);
    assert.match(lens?.title ?? '', /worth a mark/);
  });
});
