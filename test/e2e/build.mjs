// Bundles the suites that run inside the extension host: node test/e2e/build.mjs
import { build } from 'esbuild';
import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('host', import.meta.url));
const out = fileURLToPath(new URL('../../.vscode-test/e2e', import.meta.url));

/** @returns {Promise<string[]>} the mocha files, in the order in which they run */
export function buildHostSuites() {
  const suites = readdirSync(source).filter((name) => name.endsWith('.test.ts')).sort();
  return bundleForHost(suites.map((name) => join(source, name)), 'host');
}

/**
 * @param {string[]} files TypeScript that imports `vscode`
 * @param {string} name of the folder that the bundles go to; emptied first
 */
export async function bundleForHost(files, name) {
  const outdir = join(out, name);
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: files,
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
    external: ['vscode', 'mocha'],
  });
  return files.map((file) => join(outdir, `${basename(file, '.ts')}.cjs`));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildHostSuites();
