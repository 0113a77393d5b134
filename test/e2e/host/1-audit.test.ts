import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { assert, audit, closeAll, drawnLenses, hover, lenses, open, patience, setting, until, workspaceFile } from './support';

const sample = 'car-maintenance.jsonl';
const rankOf = (title: string): number => Number(/^#(\d+) of 156 to review/.exec(title)?.[1]);

describe('auditing the sample', () => {
  before(async () => {
    await open(sample);
    const started = Date.now();
    assert.equal(await audit(sample), 'done');
    console.log(`      (audited in ${((Date.now() - started) / 1000).toFixed(1)} s)`);
  });
  after(closeAll);

  it('draws no lens in the lines that are in view before it is asked for', async () => {
    const [visible] = (await open(sample)).visibleRanges;
    assert.ok(visible);
    const drawn = await drawnLenses(sample);
    assert.ok(drawn.length > 0, 'lenses elsewhere');
    assert.ok(drawn.every(({ line }) => line > visible.end.line), JSON.stringify(drawn.map(({ line }) => line)));
    assert.ok((await lenses(sample)).some(({ line }) => line <= visible.end.line), 'some wait in view');
  });

  it('gives the first ten of the ranking a lens', async () => {
    const found = await lenses(sample);
    assert.equal(found.length, 10);
    assert.deepEqual(found.map(({ title }) => rankOf(title)).sort((a, b) => a - b), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const { title } of found) assert.match(title, /^#\d+ of 156 to review · (reads [\d.]+ · loss [\d.]+|loss [\d.]+ · reads [\d.]+) · “.{1,40}” · ▸ inspect$/);
  });

  it('gives lenses that work: an existing command, on the row that they stand over', async () => {
    const existing = new Set(await vscode.commands.getCommands(true));
    for (const { line, command, args } of await lenses(sample)) {
      assert.ok(existing.has(command), command);
      assert.deepEqual(args, [workspaceFile(sample).toString(), line]);
    }
  });

  it('says in the hover every number, what it is compared with, and what it may claim', async () => {
    const [worst] = (await lenses(sample)).filter(({ title }) => rankOf(title) === 1);
    assert.ok(worst);
    const text = (await hover(sample, worst.line))?.value ?? '';
    assert.match(text, new RegExp(`Row ${worst.line + 1} · .#1 of 156 to review`));
    for (const part of ['| measure | percentile | against the reference | nulls beyond |', '**reads Trained probe', 'Hottest words', 'loss ', 'TF-IDF', '█', 'bundled reference rows', 'Level: ranked.', 'no error rate is claimed', '| latent | name |']) {
      assert.ok(text.includes(part), `${part} in ${text}`);
    }
    assert.deepEqual([...text.matchAll(/\]\(command:([\w.]+)/g)].map(([, command]) => command), ['personaLens.inspectRow', 'personaLens.revealSpan', 'personaLens.markGood', 'personaLens.markBad']);
  });

  it('puts no text of a row into a hover but its hottest words', async () => {
    const { document } = await open(sample);
    for (const { line } of await lenses(sample)) {
      const text = ((await hover(sample, line))?.value ?? '').replace(/^Hottest words.*$/m, '');
      const row = JSON.parse(document.lineAt(line).text) as { messages: { content: string }[] };
      for (const { content } of row.messages) assert.ok(!text.includes(content.slice(0, 25)), `row ${line + 1}`);
    }
  });

  it('has numbers for rows without a lens too', async () => {
    const withLens = new Set((await lenses(sample)).map(({ line }) => line));
    const without = [...Array(156).keys()].find((line) => !withLens.has(line)) ?? 0;
    assert.match((await hover(sample, without))?.value ?? '', /percentile/);
  });

  it('follows the lens settings', async () => {
    await setting('lens.show', 'all');
    assert.equal((await lenses(sample)).length, 156);
    await setting('lens.show', 'none');
    assert.equal((await lenses(sample)).length, 0);
    await setting('lens.show', undefined);
    await setting('lens.top', 3);
    assert.equal((await lenses(sample)).length, 3);
    await setting('lens.top', undefined);
  });

  it('goes from row to row, worst first', async () => {
    const editor = await open(sample);
    const byRank = new Map((await lenses(sample)).map(({ title, line }) => [rankOf(title), line]));
    const outside = [...Array(156).keys()].find((line) => ![...byRank.values()].includes(line)) ?? 0;
    editor.selection = new vscode.Selection(outside, 0, outside, 0);
    const step = async (command: string): Promise<number> => {
      await vscode.commands.executeCommand(command);
      return editor.selection.active.line;
    };
    assert.equal(await step('personaLens.nextFlagged'), byRank.get(1));
    assert.equal(await step('personaLens.nextFlagged'), byRank.get(2));
    assert.equal(await step('personaLens.previousFlagged'), byRank.get(1));
    assert.equal(await step('personaLens.previousFlagged'), byRank.get(10));
  });

  it('runs nothing again for a file that was scored: it is closed, opened and audited in a moment', async () => {
    await closeAll();
    await open(sample);
    assert.equal((await lenses(sample)).length, 0);
    const started = Date.now();
    assert.equal(await audit(sample), 'done');
    const seconds = (Date.now() - started) / 1000;
    console.log(`      (audited from the cache in ${seconds.toFixed(1)} s)`);
    assert.ok(seconds < 5 * patience, `${seconds} s`);
    assert.equal((await lenses(sample)).length, 10);
  });

  it('opens the heatmap beside the file and leaves the focus in the file', async () => {
    await open(sample);
    await vscode.commands.executeCommand('personaLens.openHeatmap');
    const tabs = (): string[] => vscode.window.tabGroups.all.flatMap(({ tabs: all }) => all.filter(({ input }) => input instanceof vscode.TabInputWebview).map(({ label }) => label));
    await until('the heatmap', tabs, (labels) => labels.includes('Heatmap'));
    assert.equal(vscode.window.activeTextEditor?.document.uri.path, workspaceFile(sample).path);
  });
});
