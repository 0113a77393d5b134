import assert from 'node:assert/strict';
import { until } from '../../../scripts/editor/editor.mjs';
import { notification, open, patience, status } from './support.mjs';

/** An engine that is killed is started again, the audit goes on by itself, and that is said. */
export const crash = {
  name: 'engine crash',
  async play({ editor, engines }) {
    await open(editor, 'long.jsonl');
    await editor.runCommand('Persona Lens: Audit This File');
    await status(editor, /· \d[\d,]*\/2,000/);
    const [pid] = engines();
    assert.ok(pid);
    process.kill(pid, 'SIGKILL');
    assert.match(await notification(editor, /engine stopped/), /started again: the audit goes on/);
    await until(engines, ([now]) => now !== undefined && now !== pid, { what: 'another engine', timeoutMs: 60_000 * patience });
    await status(editor, /· \d[\d,]*\/2,000/);
    await editor.runCommand('Persona Lens: Cancel the Audit of This File');
    await status(editor, /· cancelled$/);
    await open(editor, 'list.json');
    await editor.runCommand('Persona Lens: Audit This File');
    await status(editor, /· 6 rows · ranked$/);
  },
};
