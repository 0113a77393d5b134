import assert from 'node:assert/strict';
import { auditSample, clearNotifications, notification, open } from './support.mjs';

/** Flags with an error rate, and problems of a malformed file. */
export const trusted = {
  name: 'trusted rows',
  options: { settings: { 'personaLens.ordinaryFile': 'car-maintenance.ordinary.jsonl' } },
  async play({ editor, shot }) {
    const status = await auditSample(editor);
    assert.match(status, /156 rows · \d+ flagged, \d+ by chance · calibrated$/);
    assert.match(await notification(editor, /expected by chance/), /calibrated: \d+ flagged, \d+ expected by chance/);
    await clearNotifications(editor);
    await editor.runCommand('Persona Lens: Go to Next Row to Review');
    await editor.codeLenses(/^#1 of 156 to review · .*reads p \.\d+/);
    await shot('calibrated');

    await open(editor, 'malformed.jsonl');
    await editor.runCommand('Persona Lens: Audit This File');
    await editor.page.locator('.squiggly-warning').first().waitFor();
    await shot('problems');
  },
};
