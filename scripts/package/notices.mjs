// The licences of what a build holds.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The notices of the packages that bundles were made of, and of packages that ship as they are.
 * @param {string[]} files that bundles were made of, by their whole paths
 * @param {string[]} folders of further packages
 */
export function noticesOf(files, folders = []) {
  const inside = files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file.replaceAll('\\', '/'))?.[0]).filter((folder) => folder !== undefined);
  const packages = [...new Set([...inside, ...folders])].map((folder) => ({ folder, ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }));
  packages.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return packages.map(({ folder, name, version, license }) => `${name} ${version}, ${license}\n\n${textsIn(folder)}`).join(`\n${'-'.repeat(80)}\n\n`);
}

function textsIn(folder) {
  const names = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notices?)(\..*)?$/i.test(name)).sort();
  if (names.length === 0) return 'The package holds no text of its licence.\n';
  return names.map((name) => `${readFileSync(join(folder, name), 'utf8').trim()}\n`).join('\n');
}
