// Starts VS Code's server on a free port, in a temp folder of its own, under a guard that ends it with this process.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { editorDir, makeTempDir } from './paths.mjs';

const START_TIMEOUT_MS = 60_000;
const guard = fileURLToPath(new URL('guard.mjs', import.meta.url));

/** Without it the editor asks a public extension gallery about what is installed. */
const NO_GALLERY = JSON.stringify({ serviceUrl: '' });

/** A quiet editor: nothing that updates, phones home, or opens by itself. */
const QUIET_SETTINGS = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off', // as on the desktop
  'telemetry.telemetryLevel': 'off',
  'window.autoDetectColorScheme': false,
  'workbench.editor.useModal': 'off',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/**
 * @typedef {object} EditorServer
 * @property {string} url
 * @property {string} tempDir
 * @property {string} settingsFile the user settings; the editor reads them at its start and writes them
 * @property {Promise<never>} died rejects with the end of the log when the server ends unasked
 * @property {() => string} log
 * @property {() => Promise<void>} close ends every process of the server and removes its temp folder
 */

/**
 * @param {object} [options]
 * @param {string} [options.extensionDir] the folder of an extension, which is linked
 * @param {string} [options.vsix] a packaged extension, which the editor's own installer installs
 * @param {Record<string, unknown>} [options.settings]
 * @param {string[]} [options.args] more arguments for the server
 * @param {NodeJS.ProcessEnv} [options.env]
 * @returns {Promise<EditorServer>}
 */
export async function startServer({ extensionDir, vsix, settings = {}, args = [], env = {} } = {}) {
  const tempDir = makeTempDir();
  const dir = (name) => {
    mkdirSync(join(tempDir, name), { recursive: true });
    return join(tempDir, name);
  };
  const settingsFile = join(dir('server/data/User'), 'settings.json');
  writeFileSync(settingsFile, JSON.stringify({ ...QUIET_SETTINGS, ...settings }, null, 2));
  const extensionsDir = dir('extensions');
  if (extensionDir) symlinkSync(resolve(extensionDir), join(extensionsDir, basename(resolve(extensionDir))));

  const folders = ['--server-data-dir', join(tempDir, 'server'), '--extensions-dir', extensionsDir];
  const environment = { ...ownEnv(), TMPDIR: dir('t'), EXTENSIONS_GALLERY: NO_GALLERY, ...env };
  if (vsix) await installVsix(resolve(vsix), folders, environment);

  const command = [
    join(editorDir, 'node'),
    join(editorDir, 'vscode/out/server-main.js'),
    ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'],
    ...folders,
    ...['--telemetry-level', 'off', '--disable-update-check'],
    ...args,
  ];
  const child = spawn(process.execPath, [guard, tempDir, ...command], {
    detached: true, // Ctrl+C in a terminal must not end the guard before it has cleaned up
    stdio: ['pipe', 'pipe', 'pipe'],
    env: environment,
  });
  let log = '';
  const gone = new Promise((done) => child.once('exit', done));
  let closing = false;
  const died = gone.then((code) => {
    if (!closing) throw new Error(`The editor's server ended with ${code}:\n${log.split('\n').slice(-20).join('\n')}`);
    return new Promise(() => {});
  });
  died.catch(() => {});
  const port = new Promise((found) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        log += text;
        const listening = /listening on (\d+)/.exec(log);
        if (listening) found(Number(listening[1]));
      });
    }
  });
  const close = async () => {
    closing = true;
    child.stdin.end();
    await gone;
  };
  try {
    const timeout = AbortSignal.timeout(START_TIMEOUT_MS);
    const late = new Promise((_, reject) =>
      timeout.addEventListener('abort', () => reject(new Error(`The editor's server did not start:\n${log}`))),
    );
    const url = `http://127.0.0.1:${await Promise.race([port, died, late])}/`;
    return { url, tempDir, settingsFile, died, log: () => log, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** As `code --install-extension FILE` does it. */
async function installVsix(vsix, folders, env) {
  const args = [join(editorDir, 'vscode/out/server-main.js'), '--accept-server-license-terms', '--telemetry-level', 'off', ...folders, '--install-extension', vsix];
  const { stdout, stderr } = await promisify(execFile)(join(editorDir, 'node'), args, { env });
  if (!/was successfully installed/.test(stdout)) throw new Error(`${vsix} was not installed:\n${stdout}${stderr}`);
}

/** This process's environment without what an editor around it, or its test runner, left for their own processes. */
function ownEnv() {
  const foreign = /^(NODE_OPTIONS|ELECTRON_.*|VSCODE_(?!TEST_).*)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !foreign.test(key)));
}
