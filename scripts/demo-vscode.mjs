// npm run demo:vscode: the sample in the real editor, with the extension from this folder.
// VS Code itself where it is installed; else, on Linux x64, a whole one from npm that you open in your browser.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build, install, root } from './steps.mjs';

const samples = join(root, 'media', 'samples');
const sample = join(samples, 'car-maintenance.jsonl');

install();
build();
const hint = 'Open car-maintenance.jsonl and run "Persona Lens: Audit This File" from the command palette (F1).';
const shell = process.platform === 'win32';
if (spawnSync('code', ['--version'], { stdio: 'ignore', shell }).status === 0) {
  console.log(hint);
  spawn('code', ['--new-window', `--extensionDevelopmentPath=${root}`, samples, sample], { stdio: 'inherit', shell });
} else if (process.platform === 'linux' && process.arch === 'x64') {
  const { installEditor } = await import('./editor/install.mjs');
  const { startServer } = await import('./editor/server.mjs');
  await installEditor();
  const server = await startServer({ extensionDir: root, settings: { 'security.workspace.trust.enabled': false, 'workbench.colorTheme': 'Dark Modern' } });
  console.log(`\nVS Code is at ${server.url}?folder=${encodeURIComponent(samples)}\n${hint}\nCtrl+C ends it.`);
  process.once('SIGINT', () => void server.close().then(() => process.exit(0)));
  await server.died;
} else {
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  const executable = await downloadAndUnzipVSCode({ cachePath: join(root, '.vscode-test') });
  console.log(hint);
  spawn(executable, ['--new-window', `--extensionDevelopmentPath=${root}`, samples, sample], { stdio: 'inherit' });
}
