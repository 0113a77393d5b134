// Proves that the editor tools work on this machine: node test/support/editor/selftest.mjs
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serverEditorSupported, startEditor, until } from '../../../scripts/editor/editor.mjs';
import { runInHost } from '../../../scripts/editor/run-in-host.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const shots = here('../../../.vscode-test/shots');
const temp = here('../../../.vscode-test/tmp');
const probe = { extensionDir: here('probe-extension'), workspace: here('workspace') };

let last = Date.now();
function passed(what) {
  console.log(`ok ${what} (${((Date.now() - last) / 1000).toFixed(1)} s)`);
  last = Date.now();
}

async function seesTheExtension() {
  const editor = await startEditor(probe);
  try {
    passed('the workbench is up');
    await editor.openFile('probe.txt');
    assert.deepEqual(await editor.codeLenses(), ['line 1 has 23 characters', 'line 3 has 15 characters']);
    passed('lenses');
    assert.equal(await editor.hoverAt('here', { line: 3 }), 'the word here on line 3');
    passed('hover');
    await editor.clickLens(/^line 1/);
    const panel = await editor.webviewFrame('Probe Panel');
    assert.equal(await panel.locator('#answer').innerText(), 'six times seven is 42');
    assert.ok((await editor.statusBarText()).includes('probe ready'));
    assert.deepEqual(editor.cspViolations(), []);
    passed('webview and status bar');
    await editor.screenshot(`${shots}/probe-dark.png`);
    await editor.setTheme('Light Modern');
    await editor.screenshot(`${shots}/probe-light.png`);
    passed('screenshots, dark and light');
    await editor.changeSettings({ 'editor.codeLens': false });
    await editor.page.locator('.codelens-decoration').first().waitFor({ state: 'detached' });
    passed('a changed setting');
    await editor.runCommand('Editor Probe: Break the Content Policy');
    await editor.webviewFrame('Broken Panel');
    assert.deepEqual(
      editor
        .cspViolations()
        .map(({ source }) => source)
        .sort(),
      ['console', 'event'],
    );
    passed('a breach of the content policy is seen');
    const outside = editor.consoleMessages.filter(({ text }) => /ERR_NAME_NOT_RESOLVED|ENOTFOUND/.test(text));
    assert.deepEqual(outside, []);
    passed('nothing asked for the network');
  } finally {
    await editor.close();
  }
  assert.ok(!existsSync(temp) || !readdirSync(temp).some((name) => name.startsWith(`${process.pid}-`)));
  passed('no temp files are left');
}

async function restrictedMode() {
  const editor = await startEditor({ ...probe, trust: false });
  try {
    await editor.openFile('probe.txt');
    await until(editor.statusBarText, (items) => items.includes('Restricted Mode'), { what: 'restricted mode' });
  } finally {
    await editor.close();
  }
  passed('restricted mode');
}

async function runsSuites() {
  const run = (name) =>
    runInHost({
      extensionDevelopmentPath: probe.extensionDir,
      workspace: probe.workspace,
      files: [here(`in-host/${name}.cjs`)],
    });
  assert.equal(await run('passes'), 0);
  passed('a passing suite in the extension host gives 0');
  assert.equal(await run('fails'), 1);
  passed('a failing suite in the extension host gives 1');
}

if (serverEditorSupported) {
  await seesTheExtension();
  await restrictedMode();
}
await runsSuites();
