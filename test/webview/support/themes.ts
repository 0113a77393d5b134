import { readFileSync } from 'node:fs';

export const themes = ['dark-modern', 'light-modern', 'high-contrast', 'high-contrast-light'] as const;
export type ThemeName = (typeof themes)[number];

/** A style sheet with what VS Code gives a webview under a theme, or `vscode-default`, which it gives under all. */
export function themeFile(name: string): string {
  return readFileSync(new URL(`../themes/${name}.css`, import.meta.url), 'utf8');
}

/** The variables of a theme by name. */
export function themeVariables(name: ThemeName): Map<string, string> {
  return new Map([...themeFile(name).matchAll(/(--[\w-]+): ([^;]+);/g)].map(([, key, value]) => [key!, value!]));
}
