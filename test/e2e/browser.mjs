// Drives a real VS Code as a person would, and looks at it: node test/e2e/browser.mjs [name of a scene]
import { fileURLToPath } from 'node:url';
import { serverEditorSupported, startEditor } from '../../scripts/editor/editor.mjs';
import { engineProcesses, markedEnv, newMark } from './processes.mjs';
import { scenes } from './scenes/index.mjs';
import { extensionDir, makeWorkspace } from './workspace.mjs';

const shots = fileURLToPath(new URL('../../.vscode-test/shots', import.meta.url));
const [only] = process.argv.slice(2);

if (!serverEditorSupported) {
  console.log('The editor with a browser needs Linux x64: the suites in the extension host stand for it here.');
  process.exit(0);
}

let failures = 0;
for (const { name, options = {}, play } of scenes.filter((scene) => !only || scene.name.includes(only))) {
  const started = Date.now();
  const mark = newMark();
  const editor = await startEditor({ extensionDir, workspace: makeWorkspace('browser-workspace'), env: markedEnv(mark), ...options });
  try {
    await play({ editor, engines: () => engineProcesses(mark), shot: (file) => editor.screenshot(`${shots}/${file}.png`) });
    const breaches = editor.cspViolations();
    if (breaches.length > 0) throw new Error(`the content security policy was breached: ${JSON.stringify(breaches, null, 1)}`);
    console.log(`ok ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failures += 1;
    console.error(`FAILED ${name}: ${error.stack}`);
    await editor.screenshot(`${shots}/failed-${name.replace(/\W+/g, '-')}.png`).catch(() => undefined);
    console.error(editor.consoleMessages.filter(({ type }) => type === 'error').slice(-10).map(({ text }) => text.slice(0, 300)).join('\n'));
  } finally {
    await editor.close();
  }
  const left = engineProcesses(mark);
  if (left.length > 0) {
    failures += 1;
    console.error(`FAILED ${name}: the engine outlived the editor: ${left.join(', ')}`);
  }
}
process.exitCode = failures > 0 ? 1 : 0;
