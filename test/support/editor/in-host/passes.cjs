const assert = require('node:assert/strict');
const vscode = require('vscode');

describe('the probe extension', () => {
  it('answers for its lenses', async () => {
    await vscode.extensions.getExtension('persona-lens.editor-probe').activate();
    const [file] = await vscode.workspace.findFiles('probe.txt');
    const document = await vscode.workspace.openTextDocument(file);
    const lenses = await vscode.commands.executeCommand('vscode.executeCodeLensProvider', document.uri);
    assert.deepEqual(
      lenses.map((lens) => lens.command.title),
      ['line 1 has 23 characters', 'line 3 has 15 characters'],
    );
  });
});
