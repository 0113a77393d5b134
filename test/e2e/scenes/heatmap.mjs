import assert from 'node:assert/strict';
import { until } from '../../../scripts/editor/editor.mjs';
import { shows } from './heatmapView.mjs';
import { auditSample, clearNotifications, dark, open, sample } from './support.mjs';

/** The heatmap follows the cursor, and selects in the file. */
export const heatmap = {
  name: 'heatmap',
  options: { viewport: { width: 1600, height: 1000 } },
  async play({ editor, shot }) {
    await open(editor, sample);
    await editor.revealLine(2);
    await editor.runCommand('Persona Lens: Open Heatmap');
    let frame = await editor.webviewFrame('Heatmap');
    await shows(frame, /Row 2 · chat · \d+ tokens/);
    await shot('heatmap-before-audit');

    await auditSample(editor);
    await clearNotifications(editor);
    await editor.runCommand('Persona Lens: Go to Next Row to Review');
    await editor.clickLens(/^#1 of 156 to review · .*loss [\d.]+/);
    frame = await editor.webviewFrame('Heatmap');
    const text = await shows(frame, /#1 to review/);
    assert.match(text, /assistant/);
    assert.match(text, /Latents by token/i);
    assert.doesNotMatch(text, /Scores appear when the audit is done/);
    await shot('heatmap-dark');

    const token = frame.locator('persona-conversation [data-token].response, persona-conversation [data-token]').filter({ hasText: /^\s?\w{5,}$/ }).last();
    const word = (await token.textContent()).trim();
    await token.click();
    await editor.page.locator('.monaco-editor .selected-text').first().waitFor();
    await until(() => frame.locator('persona-conversation .cursor').textContent(), (text) => text.trim() === word, { what: `the outline on "${word}"` });

    await editor.page.locator('.editor-group-container .monaco-editor').first().click();
    await editor.revealLine(5);
    await shows(frame, /Row 5 ·/);

    await editor.page.keyboard.press('End');
    for (let i = 0; i < '"}]}'.length; i++) await editor.page.keyboard.press('ArrowLeft');
    await editor.page.keyboard.type(' Zebra.');
    await shows(frame, /Z\s?ebra/);
    await editor.codeLenses(/^#/);

    for (const [theme, name] of [['Light Modern', 'light'], ['Default High Contrast', 'high-contrast'], ['Default High Contrast Light', 'high-contrast-light'], [dark, 'dark-again']]) {
      await editor.setTheme(theme);
      await shot(`heatmap-${name}`);
    }

    await open(editor, 'malformed.jsonl');
    await editor.runCommand('Persona Lens: Audit This File');
    await editor.page.locator('.squiggly-warning').first().waitFor();
    await editor.revealLine(3);
    await shows(frame, /broken|not closed|not valid|JSON/i);
    await shot('heatmap-broken-row');
  },
};
