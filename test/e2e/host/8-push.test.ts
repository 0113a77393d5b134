import { after, before, describe, it } from 'mocha';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { assert, audit, closeAll, hover, lenses, open, setting, until, workspaceFile } from './support';

const file = 'push.jsonl';

describe('push', () => {
  before(async () => {
    const sample = (await vscode.workspace.openTextDocument(workspaceFile('car-maintenance.jsonl'))).getText().split('\n');
    writeFileSync(workspaceFile(file).fsPath, `${sample.slice(0, 4).join('\n')}\n`);
    await open(file);
  });
  after(async () => {
    await setting('push', false);
    await closeAll();
  });

  it('is left out where the setting says so', async () => {
    assert.equal(await audit(file), 'done');
    assert.ok((await lenses(file)).every(({ title }) => !title.includes('pushes')));
  });

  it('follows the activations and stands in lens and hover with its own percentile', async () => {
    // An open file is audited again when its settings change.
    await setting('push', true);
    const found = await until('lenses with push', () => lenses(file), (all) => all.length === 4 && all.every(({ title }) => /reads [\d.]+/.test(title) && /pushes [\d.]+/.test(title)));
    assert.match((await hover(file, found[0]?.line ?? 0))?.value ?? '', /Trained probe on push/);
  });
});
