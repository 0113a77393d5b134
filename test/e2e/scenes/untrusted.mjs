import assert from 'node:assert/strict';
import { notification, open, sample } from './support.mjs';

const commands = ['Audit This File', 'Open Heatmap', 'Inspect Row', 'Choose a File of Trusted Rows', 'Show Cache'];

/** In a workspace that is not trusted every command that runs the engine says so, and nothing runs. */
export const untrusted = {
  name: 'untrusted workspace',
  options: { trust: false },
  async play({ editor, engines, shot }) {
    await open(editor, sample);
    for (const command of commands) {
      await editor.runCommand(`Persona Lens: ${command}`);
      await notification(editor, /runs no model in a workspace that is not trusted/);
      if (command === commands[0]) await shot('untrusted');
      await editor.runCommand('Notifications: Clear All Notifications');
      assert.deepEqual(engines(), [], command);
    }
    await editor.runCommand('Persona Lens: Copy Diagnostics');
    await notification(editor, /Diagnostics were copied/);
    assert.deepEqual(engines(), []);
  },
};
