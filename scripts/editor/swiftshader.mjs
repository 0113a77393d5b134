// SwiftShader, a Vulkan driver that computes on the processor, from the npm package @sparticuz/chromium: WebGPU without a GPU, for tests.
import { createReadStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import tar from 'tar-fs';
import { cacheDir } from './paths.mjs';
import { installOnce } from './stage.mjs';

/** The libraries are Linux ones for x64. */
export const swiftshaderSupported = process.platform === 'linux' && process.arch === 'x64';

/**
 * Unpacks it, once, and gives the environment under which a process finds it as its only Vulkan driver.
 * @returns {Promise<{ VK_ICD_FILENAMES: string, LD_LIBRARY_PATH: string }>}
 */
export async function swiftshaderEnvironment() {
  const packageDir = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../..');
  const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8'));
  const dest = join(cacheDir, `swiftshader-${version}`);
  await installOnce({
    dest,
    fingerprint: version,
    needsMegabytes: 30,
    fill: (dir) => pipeline(createReadStream(join(packageDir, 'bin/swiftshader.tar.br')), createBrotliDecompress(), tar.extract(dir)),
  });
  return { VK_ICD_FILENAMES: join(dest, 'vk_swiftshader_icd.json'), LD_LIBRARY_PATH: dest };
}
