// Headless Chromium from the npm package @sparticuz/chromium, driven by playwright-core. Nothing of the system is needed
// but glibc: the package also carries the shared libraries and a font that bare machines lack.
import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';
import { chromium } from 'playwright-core';
import tar from 'tar-fs';
import { cacheDir, makeTempDir, serverEditorSupported } from './paths.mjs';
import { installOnce } from './stage.mjs';

const NEEDS_MEGABYTES = 300;
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost', // no test reaches the network
];

/**
 * Unpacks the browser, once. The folder holds `chromium`, `lib/` and `fonts/`.
 * @param {{ log?: (line: string) => void }} [options]
 */
export async function installBrowser({ log = console.log } = {}) {
  const packageDir = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../..');
  const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8'));
  const dest = join(cacheDir, `browser-${version}`);
  const started = Date.now();
  const installed = await installOnce({
    dest,
    fingerprint: version,
    needsMegabytes: NEEDS_MEGABYTES,
    async fill(dir) {
      log(`browser: unpacking Chromium ${version}`);
      const packed = (name) => createReadStream(join(packageDir, 'bin', name));
      await pipeline(
        packed('chromium.br'),
        createBrotliDecompress(),
        createWriteStream(join(dir, 'chromium'), { mode: 0o755 }),
      );
      await pipeline(packed('al2023.tar.br'), createBrotliDecompress(), tar.extract(dir));
      await pipeline(packed('fonts.tar.br'), createBrotliDecompress(), tar.extract(dir));
    },
  });
  if (installed) log(`browser: ready in ${Math.round((Date.now() - started) / 1000)} s`);
  return dest;
}

/**
 * Launches the browser with its temp files under `tempDir`, or under a folder of its own that goes when it closes.
 * Where the package has no browser, on macOS and Windows, an installed Chrome is launched.
 * @param {{ tempDir?: string, log?: (line: string) => void }} [options]
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchBrowser({ tempDir, log } = {}) {
  if (!serverEditorSupported) return chromium.launch({ channel: 'chrome', headless: true });
  const dir = await installBrowser({ log });
  const temp = tempDir ?? makeTempDir();
  const executablePath = join(dir, 'chromium');
  const env = {
    ...process.env,
    TMPDIR: temp,
    HOME: temp,
    ...(await missingLibraries(dir, executablePath)),
    ...missingFonts(dir, temp),
  };
  const browser = await withTempDir(temp, () => chromium.launch({ executablePath, headless: true, args: FLAGS, env }));
  if (!tempDir) {
    const close = browser.close.bind(browser);
    browser.close = async (options) => {
      await close(options);
      await rm(temp, { recursive: true, force: true, maxRetries: 5 });
    };
  }
  return browser;
}

/** The package's own libraries, but only where the loader does not find the system's. */
async function missingLibraries(dir, executablePath) {
  const loads = await promisify(execFile)(executablePath, ['--version']).then(
    () => true,
    () => false,
  );
  if (loads) return {};
  return { LD_LIBRARY_PATH: [join(dir, 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':') };
}

function missingFonts(dir, temp) {
  if (existsSync('/etc/fonts/fonts.conf')) return {};
  const file = join(temp, 'fonts.conf');
  const folders = [join(dir, 'fonts'), '/usr/share/fonts'].map((path) => `<dir>${path}</dir>`);
  writeFileSync(
    file,
    `<?xml version="1.0"?><fontconfig>${folders.join('')}<cachedir>${join(temp, 'font-cache')}</cachedir></fontconfig>`,
  );
  return { FONTCONFIG_FILE: file };
}

let launching = Promise.resolve();

/** playwright puts the profile into the temp folder that this process names: one launch at a time names its own. */
function withTempDir(dir, action) {
  const launch = launching.then(async () => {
    const before = process.env.TMPDIR;
    process.env.TMPDIR = dir;
    try {
      return await action();
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });
  launching = launch.then(
    () => {},
    () => {},
  );
  return launch;
}
