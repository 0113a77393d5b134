import * as vscode from 'vscode';
import { assert, drawnLenses, open, until } from '../host/support';

/** A large file whose rows are in the store, from the extension's activation to the lenses of the rows to review. */
describe('reopening a file', () => {
  it('from activate() to lenses', async () => {
    const extension = vscode.extensions.getExtension('persona-lens.persona-lens');
    assert.ok(extension, 'the extension is there');
    assert.equal(extension.isActive, false, 'nothing has activated it yet');
    for (const [name, value] of Object.entries(JSON.parse(process.env['MEASURE_SETTINGS'] ?? '{}') as Record<string, unknown>))
      await vscode.workspace.getConfiguration('personaLens').update(name, value, vscode.ConfigurationTarget.Global);
    const start = performance.now();
    await extension.activate();
    const activated = performance.now();
    // Out of view, where lenses wait for nobody.
    const editor = await open('big.jsonl');
    editor.revealRange(new vscode.Range(5000, 0, 5000, 0));
    const audit = vscode.commands.executeCommand('personaLens.auditFile', editor.document.uri);
    const found = await until('lenses', () => drawnLenses('big.jsonl'), (lenses) => lenses.some(({ command }) => command === 'personaLens.inspectRow'));
    const shown = performance.now();
    const state = await audit;
    const seconds = (until: number) => `${((until - start) / 1000).toFixed(2)} s`;
    console.log(`MEASURED activate ${seconds(activated)}, lenses of ${new Set(found.map(({ line }) => line)).size} rows ${seconds(shown)}, audit ${String(state)} ${seconds(performance.now())}`);
  });
});
