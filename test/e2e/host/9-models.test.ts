import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { assert, closeAll, setting, until, workspaceFile } from './support';

interface Check {
  name: string;
  usable: boolean;
  findings: { topic: string; state: string; text: string }[];
}
const folder = () => workspaceFile('tiny model');
const chosen = () => vscode.workspace.getConfiguration('personaLens').get('model');

describe('a model of one\'s own', () => {
  after(async () => {
    await setting('model', undefined);
    await closeAll();
  });

  it('is chosen by a setting relative to the folder', async () => {
    const model = await vscode.commands.executeCommand<{ architecture: string; problem: string | null }>('personaLens.chooseModel', folder());
    assert.deepEqual([model.architecture, model.problem], ['llama', null]);
    assert.equal(chosen(), 'tiny model');
  });

  it('that cannot be used is not chosen', async () => {
    assert.equal(await vscode.commands.executeCommand('personaLens.chooseModel', workspaceFile('.vscode')), undefined);
    assert.equal(chosen(), 'tiny model');
  });

  it('is checked, and what was found is shown as a document that needs no saving', async () => {
    const check = await vscode.commands.executeCommand<Check>('personaLens.checkModel');
    assert.equal(check.name, 'tiny model');
    assert.equal(check.usable, true, JSON.stringify(check.findings));
    assert.match(check.findings.find(({ topic }) => topic === 'parity')?.text ?? '', /cosine (1\.00|\.9999\d+) with plain operators/);
    await until('the preview', () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label)), (labels) => labels.some((label) => label.includes('model-check')));
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('persona-lens-report:/model-check.md'));
    for (const part of ['# tiny model', 'architecture', 'This model can be used']) assert.ok(document.getText().includes(part), document.getText());
    assert.equal(document.isDirty, false);
  });

  it('has its residual stream written to a file', async () => {
    const out = vscode.Uri.file(join(tmpdir(), `persona-lens-e2e-${process.pid}.safetensors`));
    const written = await vscode.commands.executeCommand<{ tokens: number; hooks: string[] }>('personaLens.traceText', { text: 'Hi there', hooks: ['blocks.3.hook_resid_post'], out });
    assert.deepEqual(written.hooks, ['blocks.3.hook_resid_post']);
    assert.equal(written.tokens, 8);
    const bytes = readFileSync(out.fsPath);
    const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())).toString()) as Record<string, { shape: number[] }>;
    assert.deepEqual(header['blocks.3.hook_resid_post']?.shape, [8, 48]);
    assert.deepEqual(header['logits']?.shape, [320]);
    await vscode.workspace.fs.delete(out);
  });
});
