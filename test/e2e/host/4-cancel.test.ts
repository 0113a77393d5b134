import { after, describe, it } from 'mocha';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { assert, audit, closeAll, hover, lenses, open, patience, until } from './support';

describe('cancelling', () => {
  after(closeAll);

  it('ends a long audit within seconds, keeps what was scored and leaves the engine free', async () => {
    await open('long.jsonl');
    const running = audit('long.jsonl');
    await until('the first scored row', () => hover('long.jsonl', 0), (found) => found !== undefined);
    const asked = Date.now();
    assert.equal(await vscode.commands.executeCommand('personaLens.cancelAudit'), true);
    assert.equal(await running, 'cancelled');
    assert.ok(Date.now() - asked < 2000);
    assert.match((await hover('long.jsonl', 0))?.value ?? '', /not all rows are read yet/);
    assert.equal((await lenses('long.jsonl')).length, 0);
    await open('list.json');
    const again = Date.now();
    assert.equal(await audit('list.json'), 'done');
    console.log(`      (the engine was free ${((Date.now() - again) / 1000).toFixed(1)} s later)`);
    assert.ok(Date.now() - again < 20_000 * patience);
  });

  it('closing the file ends its audit', async () => {
    await closeAll();
    await open('long.jsonl');
    const running = audit('long.jsonl');
    await delay(500);
    await closeAll();
    assert.equal(await running, 'cancelled');
  });

  it('says that nothing runs where nothing runs', async () => {
    await open('list.json');
    assert.equal(await vscode.commands.executeCommand('personaLens.cancelAudit'), false);
  });
});
