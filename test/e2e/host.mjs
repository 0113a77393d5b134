// Runs the suites of test/e2e/host in a real VS Code: node test/e2e/host.mjs [name of a suite]
import { runInHost } from '../../scripts/editor/run-in-host.mjs';
import { buildHostSuites } from './build.mjs';
import { extensionDir, makeWorkspace } from './workspace.mjs';

const [only] = process.argv.slice(2);
const suites = (await buildHostSuites()).filter((file) => !only || file.includes(only));
process.exitCode = await runInHost({
  extensionDevelopmentPath: extensionDir,
  workspace: makeWorkspace('host-workspace'),
  files: suites,
  mocha: { timeout: 180_000, ui: 'bdd', slow: 5000 },
});
