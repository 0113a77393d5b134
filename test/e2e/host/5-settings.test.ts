import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { assert, audit, closeAll, hover, lenses, open, setting, until, workspaceFile } from './support';

const sample = 'car-maintenance.jsonl';

describe('trusted rows', () => {
  before(async () => {
    await open(sample);
    assert.equal(await audit(sample), 'done');
  });
  after(async () => {
    await setting('ordinaryFile', undefined);
    await closeAll();
  });

  it('turn ranks into flags with an error rate, by a setting relative to the folder', async () => {
    await vscode.commands.executeCommand('personaLens.chooseOrdinaryFile', workspaceFile('car-maintenance.ordinary.jsonl'));
    assert.equal(vscode.workspace.getConfiguration('personaLens').get('ordinaryFile'), 'car-maintenance.ordinary.jsonl');
    const found = await until('calibrated lenses', () => lenses(sample), (all) => all.length > 0 && all.every(({ title }) => /(reads|loss) p? ?/.test(title) && title.includes('reads p .')));
    const text = await until('the level in the hover', async () => (await hover(sample, found[0]?.line ?? 0))?.value ?? '', (said) => /Level: calibrated\. p is against your 60 trusted rows; rows with p ≤ \.05 are flagged/.test(said));
    assert.match(text, /\| p · q \|/);
  });

  it('taken away, give ranks again', async () => {
    await setting('ordinaryFile', undefined);
    await until('ranked lenses', () => lenses(sample), (all) => all.length === 10 && all.every(({ title }) => !title.includes('reads p')));
  });

  it('other settings never leave old numbers standing', async () => {
    await setting('maxTokens', 64);
    await until('rows that are cut short', () => lenses(sample), (all) => all.some(({ title }) => title.includes('cut short')));
    await setting('maxTokens', undefined);
    await until('whole rows', () => lenses(sample), (all) => all.length === 10 && all.every(({ title }) => !title.includes('cut short')));
  });
});

describe('the cache', () => {
  interface Info {
    bytes: number;
    records: number;
    maxBytes: number;
  }
  const show = (): Thenable<Info> => vscode.commands.executeCommand<Info>('personaLens.showCache');

  it('is shown and cleared by commands', async () => {
    const full = await show();
    assert.ok(full.records >= 156 && full.bytes > 0, JSON.stringify(full));
    assert.equal(full.maxBytes, 2048 * 2 ** 20);
    const cleared = await vscode.commands.executeCommand<Info>('personaLens.clearCache', true);
    assert.equal(cleared.records, 0);
    assert.equal((await show()).records, 0);
  });
});

describe('diagnostics', () => {
  it('name versions, engine and settings, and hold no text of a row', async () => {
    await setting('systemPrompt', 'a secret prompt');
    const { document } = await open(sample);
    const text = await vscode.commands.executeCommand<string>('personaLens.copyDiagnostics');
    await setting('systemPrompt', undefined);
    for (const part of ['SmolLM2', 'CPU', 'onnxruntime', vscode.version, 'systemPrompt: set', 'maxTokens: 2048', 'cosine']) assert.ok(text.includes(part), `${part} in ${text}`);
    assert.ok(!text.includes('a secret prompt'));
    for (let line = 0; line < 156; line++) {
      const row = JSON.parse(document.lineAt(line).text) as { messages: { content: string }[] };
      for (const { content } of row.messages) assert.ok(!text.includes(content.slice(0, 20)), `row ${line + 1}`);
    }
  });
});
