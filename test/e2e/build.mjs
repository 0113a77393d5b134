// Bundles the suites that run inside the extension host: node test/e2e/build.mjs
import { build } from 'esbuild';
import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('host', import.meta.url));
const out = fileURLToPath(new URL('../../.vscode-test/e2e/host', import.meta.url));

/** @returns {Promise<string[]>} the mocha files, in the order in which they run */
export async function buildHostSuites() {
  const suites = readdirSync(source).filter((name) => name.endsWith('.test.ts')).sort();
  rmSync(out, { recursive: true, force: true });
  await build({
    entryPoints: suites.map((name) => join(source, name)),
    outdir: out,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
    external: ['vscode', 'mocha'],
  });
  return suites.map((name) => join(out, `${basename(name, '.ts')}.cjs`));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildHostSuites();
