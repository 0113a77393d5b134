// For the editor's own test runner and `npx vscode-test`; `npm test` runs the same suites through test/e2e/host.mjs.
import { defineConfig } from '@vscode/test-cli';
import { buildHostSuites } from './test/e2e/build.mjs';
import { extensionDir, makeWorkspace } from './test/e2e/workspace.mjs';

export default defineConfig({
  files: await buildHostSuites(),
  extensionDevelopmentPath: extensionDir,
  workspaceFolder: makeWorkspace('host-workspace'),
  mocha: { ui: 'bdd', timeout: 180_000 },
});
