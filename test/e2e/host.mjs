// Runs the suites of test/e2e/host in a real VS Code: node test/e2e/host.mjs [pattern of the suites' names]
import { runInHost } from '../../scripts/editor/run-in-host.mjs';
import { buildHostSuites } from './build.mjs';
import { extensionDir, makeWorkspace } from './workspace.mjs';

const [only] = process.argv.slice(2);
/** On a busy machine: E2E_PATIENCE=5 waits five times as long. */
const patience = Number(process.env.E2E_PATIENCE ?? 1);
const suites = (await buildHostSuites()).filter((file) => new RegExp(only ?? '').test(file));
process.exitCode = await runInHost({
  extensionDevelopmentPath: extensionDir,
  workspace: makeWorkspace('host-workspace'),
  files: suites,
  mocha: { timeout: 240_000 * patience, ui: 'bdd', slow: 5000 },
  env: { E2E_PATIENCE: String(patience) },
});
