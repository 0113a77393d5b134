// Runs one file of test/e2e/measure in a real VS Code: node test/e2e/measure.mjs NAME FOLDER; the folder is what the editor opens, MEASURE_SETTINGS (JSON) the user's settings.
import { fileURLToPath } from 'node:url';
import { runInHost } from '../../scripts/editor/run-in-host.mjs';
import { bundleForHost } from './build.mjs';
import { extensionDir } from './workspace.mjs';

const [name, folder] = process.argv.slice(2);
const files = await bundleForHost([fileURLToPath(new URL(`measure/${name}.ts`, import.meta.url))], 'measure');
process.exitCode = await runInHost({ extensionDevelopmentPath: extensionDir, workspace: folder, files, mocha: { timeout: 580_000, ui: 'bdd' }, env: { E2E_PATIENCE: process.env.E2E_PATIENCE ?? '5', MEASURE_SETTINGS: process.env.MEASURE_SETTINGS ?? '{}' } });
