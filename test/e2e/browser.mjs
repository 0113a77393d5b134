// Drives a real VS Code as a person would, and looks at it: node test/e2e/browser.mjs [pattern of the scenes' names]
import { fileURLToPath } from 'node:url';
import { serverEditorSupported, startEditor } from '../../scripts/editor/editor.mjs';
import { engineProcesses, markedEnv, newMark } from './processes.mjs';
import { scenes } from './scenes/index.mjs';
import { extensionDir, makeWorkspace } from './workspace.mjs';

const shots = fileURLToPath(new URL('../../.vscode-test/shots/editor', import.meta.url));
const [only] = process.argv.slice(2);

if (!serverEditorSupported) {
  console.log('The editor with a browser needs Linux x64: the suites in the extension host stand for it here.');
  process.exit(0);
}

/** E2E_CACHE=folder keeps scored rows from run to run, for work on the tests themselves. */
const cache = process.env.E2E_CACHE ? { 'personaLens.cache.folder': process.env.E2E_CACHE } : {};

/** Plays a scene in an editor of its own; the scene fails on a breach of the content security policy and on a process that is left. */
async function run({ name, options = {}, prepare, play }) {
  const mark = newMark();
  const workspace = makeWorkspace('browser-workspace');
  prepare?.(workspace);
  const editor = await startEditor({ extensionDir, workspace, env: markedEnv(mark), ...options, settings: { ...cache, ...options.settings } });
  try {
    await play({ editor, workspace, engines: () => engineProcesses(mark), shot: (file) => editor.screenshot(`${shots}/${file}.png`) });
    const breaches = editor.cspViolations();
    if (breaches.length > 0) throw new Error(`the content security policy was breached: ${JSON.stringify(breaches, null, 1)}`);
  } catch (error) {
    await editor.screenshot(`${shots}/failed-${name.replace(/\W+/g, '-')}.png`).catch(() => undefined);
    throw error;
  } finally {
    await editor.close();
  }
  const left = engineProcesses(mark);
  if (left.length > 0) throw new Error(`the engine outlived the editor: ${left.join(', ')}`);
}

let failures = 0;
for (const scene of scenes.filter(({ name }) => new RegExp(only ?? '').test(name))) {
  const started = Date.now();
  try {
    await run(scene);
    console.log(`ok ${scene.name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failures += 1;
    console.error(`FAILED ${scene.name}: ${error.stack}`);
  }
}
process.exitCode = failures > 0 ? 1 : 0;
