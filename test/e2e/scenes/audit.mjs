import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { auditSample, clearNotifications, dark, notification } from './support.mjs';

/** Lenses, hover, status bar and messages of an audit. */
export const audit = {
  name: 'audit',
  async play({ editor, engines, shot }) {
    assert.deepEqual(engines(), [], 'no engine before it is needed');
    const status = await auditSample(editor);
    assert.match(status, /^SmolLM2-135M[\w-]* · CPU · 156 rows · ranked$/);
    assert.equal(engines().length, 1);
    assert.match(await notification(editor, /ranked/), /car-maintenance\.jsonl: ranked: review from the top/);
    await shot('audit-done');
    await clearNotifications(editor);

    await editor.runCommand('Persona Lens: Go to Next Row to Review');
    await editor.codeLenses(/^#1 of 156 to review · (reads [\d.]+ · loss [\d.]+|loss [\d.]+ · reads [\d.]+) · “.+” · ▸ inspect$/);

    await editor.page.locator('.squiggly-info').first().waitFor();
    await shot('squiggle');

    const words = questionAt(await cursorLine(editor));
    const hover = await editor.hoverAt(words, { matching: /percentile/ });
    for (const part of ['#1 of 156 to review', 'reads ', 'TF-IDF', 'bundled reference rows', 'no error rate is claimed', 'Inspect']) assert.ok(hover.includes(part), `${part} in ${hover}`);
    for (const [theme, name] of [['Light Modern', 'light'], ['Default High Contrast', 'high-contrast'], [dark, 'dark']]) {
      await editor.page.keyboard.press('Escape');
      await editor.setTheme(theme);
      await editor.hoverAt(words, { matching: /percentile/ });
      await shot(`hover-${name}`);
    }
  },
};

/** The first words of a row's question, which no other row has. */
function questionAt(line) {
  const row = readFileSync(new URL('../../../media/samples/car-maintenance.jsonl', import.meta.url), 'utf8').split('\n')[line - 1];
  return JSON.parse(row).messages[0].content.slice(0, 20);
}

/** From "Ln 12, Col 1" in the status bar. */
async function cursorLine(editor) {
  const place = (await editor.statusBarText()).find((text) => /^Ln \d+/.test(text));
  return Number(/^Ln (\d+)/.exec(place)[1]);
}
