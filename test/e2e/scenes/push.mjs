import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../../scripts/editor/editor.mjs';
import { shows, textOf, tokensOf } from './heatmapView.mjs';
import { open, patience, sample } from './support.mjs';

/** Chooses a measure as a person does. */
async function choose(frame, measure) {
  await frame.getByRole('combobox', { name: 'Measure' }).click();
  await frame.locator('vscode-dropdown.measure vscode-option', { hasText: measure }).click();
}

const coloured = async (frame) => (await tokensOf(frame)).flat().filter(({ colour }) => colour !== '');

/** The heatmap's measure switches between activation and push; push is computed when it is asked for, with the bundled card. */
export const push = {
  name: 'heatmap measures',
  options: { viewport: { width: 1600, height: 1000 } },
  prepare: (workspace) => writeFileSync(join(workspace, '.vscode', 'settings.json'), '{ "personaLens.push": false }\n'),
  async play({ editor, shot }) {
    await open(editor, sample);
    await editor.revealLine(2);
    await editor.runCommand('Persona Lens: Open Heatmap');
    const frame = await editor.webviewFrame('Heatmap');
    await shows(frame, /Row 2 · chat · \d+ tokens · Trained probe [\d.]+ pct/, 120_000);
    const byActivation = await coloured(frame);
    assert.ok(byActivation.length > 20);

    await choose(frame, 'push');
    await shows(frame, /Row 2 · chat · \d+ tokens · push pending/);
    assert.match(await textOf(frame), /Computing push, how far one training step/);
    assert.deepEqual(await coloured(frame), [], 'no shade of another measure stands under push');
    await shot('push-pending');

    await shows(frame, /Row 2 · chat · \d+ tokens · Trained probe on push push −?[\d.]+, [\d.]+ pct/, 120_000);
    const byPush = await coloured(frame);
    assert.ok(byPush.length > 20);
    assert.notDeepEqual(byPush, byActivation);
    const [question] = await tokensOf(frame);
    assert.ok(question.every(({ colour }) => colour === ''), 'only tokens that train push');
    await sumsUp(frame);
    await shot('push');

    await editor.runCommand('View: Focus First Editor Group');
    await editor.revealLine(5);
    await shows(frame, /Row 5 · chat · \d+ tokens · Trained probe on push push/, 120_000);
    await choose(frame, 'activation');
    await shows(frame, /Row 5 · chat · \d+ tokens · Trained probe [\d.]+ pct/);
    await editor.runCommand('View: Focus First Editor Group');
    await editor.revealLine(2);
    await until(() => coloured(frame), (now) => JSON.stringify(now) === JSON.stringify(byActivation), { what: 'row 2 by activation as it was', timeoutMs: 60_000 * patience });
  },
};

/** The values that the view says of each token add up to the row's. */
async function sumsUp(frame) {
  const number = (text) => Number(text.replace('−', '-'));
  const row = number(/push (−?[\d.]+), [\d.]+ pct/.exec(await textOf(frame))[1]);
  const tokens = (await tokensOf(frame)).flat();
  let sum = 0;
  for (const { token, colour } of tokens) {
    if (colour === '') continue;
    await frame.locator(`persona-conversation [data-token="${token}"]`).hover();
    sum += number(/Trained probe on push \(push\) (−?[\d.]+) · loss/.exec(await until(() => textOf(frame), (text) => / · loss /.test(text), { what: 'the token in words' }))[1]);
  }
  // Each is rounded to two decimals.
  assert.ok(Math.abs(sum - row) < 0.005 * tokens.length, `${sum} is about ${row}`);
}
