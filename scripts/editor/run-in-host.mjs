// Runs mocha files inside VS Code's extension host: in the server editor on Linux x64, elsewhere in a desktop VS Code
// that @vscode/test-electron downloads.
import { chmodSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestRunFailedError, runTests } from '@vscode/test-electron';
import { installBrowser } from './browser.mjs';
import { installEditor } from './install.mjs';
import { cacheDir, serverEditorSupported } from './paths.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** @type {typeof import('./run-in-host.d.mts').runInHost} */
export async function runInHost({
  extensionDevelopmentPath,
  workspace,
  files = [],
  extensionTestsPath = here('mocha-in-host.cjs'),
  mocha = {},
  env = {},
}) {
  const shim = here('code-shim.cjs');
  if (serverEditorSupported) {
    await installEditor();
    await installBrowser();
    chmodSync(shim, 0o755);
  }
  try {
    return await runTests({
      ...(serverEditorSupported ? { vscodeExecutablePath: shim } : { cachePath: cacheDir }),
      extensionDevelopmentPath: resolve(extensionDevelopmentPath),
      extensionTestsPath: resolve(extensionTestsPath),
      extensionTestsEnv: {
        ...env,
        EDITOR_TEST_FILES: JSON.stringify({ files: files.map((file) => resolve(file)), options: mocha }),
      },
      launchArgs: workspace === undefined ? [] : [resolve(workspace)],
    });
  } catch (error) {
    if (error instanceof TestRunFailedError) return error.code ?? 1;
    throw error;
  }
}
