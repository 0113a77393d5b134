import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandIds } from '../../../src/extension/commands/ids';
import { settingsSchema } from '../../../src/extension/settingsSchema';

interface Manifest {
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string; title: string; category: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    configuration: { properties: Record<string, { default: unknown; scope: string; description?: string; markdownDescription?: string }> };
  };
}

const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as Manifest;
const { commands, menus, configuration } = manifest.contributes;

describe('package.json', () => {
  it('contributes exactly the commands that exist', () => {
    expect(commands.map(({ command }) => command).sort()).toEqual([...commandIds].sort());
    expect(new Set(commands.map(({ category }) => category))).toEqual(new Set(['Persona Lens']));
  });

  it('has menus of existing commands only', () => {
    for (const { command } of Object.values(menus).flat()) expect(commandIds).toContain(command);
  });

  it('contributes every setting that is read, with its default and a description', () => {
    const { properties } = configuration;
    expect(Object.keys(properties).sort()).toEqual(Object.keys(settingsSchema).map((name) => `personaLens.${name}`).sort());
    for (const [name, schema] of Object.entries(settingsSchema)) {
      const property = properties[`personaLens.${name}`];
      expect(schema.parse(property?.default), name).toEqual(property?.default);
      expect(schema.parse(undefined), name).toEqual(property?.default);
      expect(property?.description ?? property?.markdownDescription, name).toMatch(/\w{3}/);
    }
  });

  it('restricts every setting that decides what is loaded or run in a workspace that is not trusted', () => {
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    expect(supported).toBe('limited');
    for (const name of ['card', 'ordinaryFile', 'template', 'model', 'mapping', 'cache.folder', 'engine.execPath']) {
      expect(restrictedConfigurations).toContain(`personaLens.${name}`);
    }
    // What names a program to start or a folder to clear is never a workspace's to say.
    for (const name of ['engine.execPath', 'cache.folder']) expect(configuration.properties[`personaLens.${name}`]?.scope).toBe('machine');
  });
});
