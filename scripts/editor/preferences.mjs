// Changing the theme and the settings of the running editor by its own means: this build does not notice a settings
// file that changes on disk.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { exactly, runCommand } from './gestures.mjs';
import { editorDir } from './paths.mjs';

/** @typedef {import('playwright-core').Page} Page */

/**
 * A built-in theme by its id (what the setting holds) or its label (what the picker shows).
 * @param {string} name @returns {{ id: string, label: string, cssClass: string }}
 */
export function findTheme(name) {
  const themes = builtInThemes();
  const found = themes.find(({ id, label }) => id === name || label === name);
  if (!found) throw new Error(`There is no theme "${name}"; there are: ${themes.map(({ id }) => id).join(', ')}`);
  return found;
}

function builtInThemes() {
  const root = join(editorDir, 'vscode/extensions');
  const folders = readdirSync(root).filter((name) => name.startsWith('theme-'));
  return folders.flatMap((folder) => {
    const read = (file) => JSON.parse(readFileSync(join(root, folder, file), 'utf8'));
    const { publisher, name, contributes } = read('package.json');
    const texts = read('package.nls.json');
    return (contributes.themes ?? []).map((theme) => {
      const label = theme.label.replace(/^%(.+)%$/, (_, key) => texts[key]);
      const cssClass = `${publisher}.${name}-${theme.path.replace(/^\.\//, '')}`.replace(/[^\w-]/g, '-');
      return { id: theme.id ?? label, label, cssClass };
    });
  });
}

/**
 * Chooses a colour theme by the label that the editor shows for it, e.g. `Light Modern`.
 * @param {Page} page @param {string} label
 */
export async function chooseTheme(page, label) {
  await runCommand(page, 'Preferences: Color Theme');
  const input = page.locator('.quick-input-widget input.input');
  await input.fill(label);
  await page
    .locator('.quick-input-list .monaco-list-row')
    .filter({ has: page.locator('.label-name').filter({ hasText: exactly(label) }) })
    .first()
    .click();
  await input.waitFor({ state: 'hidden' });
}

/** Types the user settings into their own tab and saves. @param {Page} page @param {object} settings */
export async function typeSettings(page, settings) {
  await runCommand(page, 'Preferences: Open User Settings (JSON)');
  await page.locator('.tab.active', { hasText: 'settings.json' }).waitFor();
  await page.locator('.editor-group-container.active .view-line').first().click();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(JSON.stringify(settings));
  await page.keyboard.press('Control+Shift+End'); // brackets that the editor closed by itself
  await page.keyboard.press('Delete');
  await page.keyboard.press('Control+S');
}
