import assert from 'node:assert/strict';
import { until } from '../../../scripts/editor/editor.mjs';
import { notification, open, patience, status } from './support.mjs';

/** An engine that is killed costs what was not kept yet: it is said, and the next audit starts another one. */
export const crash = {
  name: 'engine crash',
  async play({ editor, engines }) {
    await open(editor, 'long.jsonl');
    await editor.runCommand('Persona Lens: Audit This File');
    await status(editor, /· \d[\d,]*\/2,000/);
    const [pid] = engines();
    assert.ok(pid);
    process.kill(pid, 'SIGKILL');
    assert.match(await notification(editor, /engine stopped/), /run the audit again/);
    await status(editor, /· failed$/);
    await open(editor, 'list.json');
    await editor.runCommand('Persona Lens: Audit This File');
    await status(editor, /· 6 rows · ranked$/);
    await until(engines, ([now]) => now !== undefined && now !== pid, { what: 'another engine', timeoutMs: 10_000 * patience });
  },
};
