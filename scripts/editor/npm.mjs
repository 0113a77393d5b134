// The few moves made through npm: fetch a tarball and unpack a part of it, install a locked set of modules.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import tar from 'tar-fs';
import { InstallError, diskFull } from './stage.mjs';

const FLAGS = [
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
  '--loglevel=error',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=8000',
];

/**
 * Unpacks the files of a package for which `place` returns a path relative to `dir`.
 * @param {{ name: string, version: string, sha512: string }} pkg
 * @param {string} dir
 * @param {(path: string) => string | undefined} place
 */
export async function unpackPackage({ name, version, sha512 }, dir, place) {
  const output = await npm(dir, ['pack', '--json', `${name}@${version}`]);
  const tarball = join(dir, `${name}-${version}.tgz`);
  const digest = createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64');
  if (digest !== sha512)
    throw new InstallError('integrity', `${name}@${version} is not the expected file (sha512 ${digest}).`, output);
  const unpack = tar.extract(dir, {
    map: (header) => ({ ...header, name: place(header.name.replace(/^package\//, '')) ?? '' }),
    ignore: (_path, header) => header?.name === '',
  });
  await pipeline(createReadStream(tarball), createGunzip(), unpack);
  await rm(tarball);
}

/** `npm ci` of the package.json and lock file that lie in `dir`. @param {string} dir */
export const installLocked = (dir) => npm(dir, ['ci', '--omit=dev']);

/** @param {string} cwd @param {string[]} args @returns {Promise<string>} */
function npm(cwd, args) {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', [...args, ...FLAGS], { cwd, env: cleanEnv(cwd), stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.on('error', (error) =>
      reject(new InstallError('failed', `npm could not be started: ${error.message}`, error)),
    );
    child.on('close', (code) => (code === 0 ? resolve(stdout) : reject(explain(cwd, args, stdout + stderr))));
  });
}

/** The environment without what a surrounding `npm test` says about its own project. @param {string} cwd */
function cleanEnv(cwd) {
  const ours = /^(npm_package_|npm_lifecycle_|npm_config_local_prefix$|INIT_CWD$)/i;
  const kept = Object.entries(process.env).filter(([key]) => !ours.test(key));
  return { ...Object.fromEntries(kept), TMPDIR: cwd };
}

/** @param {string} cwd @param {string[]} args @param {string} output */
function explain(cwd, args, output) {
  if (/ENOSPC/.test(output)) return diskFull(cwd, output);
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT|network/i.test(
      output,
    )
  ) {
    return new InstallError(
      'offline',
      'The npm registry cannot be reached. The editor for the tests is installed from it once: ' +
        'connect (or set the proxy of npm) and run again.',
      output,
    );
  }
  return new InstallError(
    'failed',
    `npm ${args.join(' ')} failed:\n${output.trim().split('\n').slice(-10).join('\n')}`,
  );
}
