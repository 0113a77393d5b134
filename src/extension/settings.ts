import { type ConfigurationScope, type Disposable, type Uri, workspace } from 'vscode';
import type { CacheLocation } from '../audit/auditor';
import type { AuditSettings, ModelSettings } from '../protocol';
import { auditSettings, cacheLocation, displaySetting, modelSettings, type RawSettings, readSetting, type SettingName, type SettingValue } from './settingsSchema';

export const section = 'personaLens';

/** The only reader of the user's settings. */
export class Settings {
  /** @param storage the extension's own storage folder */
  constructor(private readonly storage: string) {}

  get<Name extends SettingName>(name: Name, scope?: ConfigurationScope): SettingValue<Name> {
    return readSetting(rawSettings(scope), name);
  }

  /** As get, but never throws. */
  display<Name extends SettingName>(name: Name, scope?: ConfigurationScope): SettingValue<Name> {
    return displaySetting(rawSettings(scope), name);
  }

  /** What an audit of this document, or of none in particular, runs with. */
  audit(uri?: Uri): AuditSettings {
    const folder = (uri && workspace.getWorkspaceFolder(uri)) ?? workspace.workspaceFolders?.[0];
    return auditSettings(rawSettings(uri), { folder: folder?.uri.fsPath ?? null, storage: this.storage });
  }

  /** Which model runs for this document (or, without one, for the first folder), and where. */
  model(uri?: Uri): ModelSettings {
    const folder = (uri && workspace.getWorkspaceFolder(uri)) ?? workspace.workspaceFolders?.[0];
    return modelSettings(rawSettings(uri), { folder: folder?.uri.fsPath ?? null, storage: this.storage });
  }

  cache(): CacheLocation {
    return cacheLocation(rawSettings(), { storage: this.storage });
  }

  raw(name: SettingName): unknown {
    return rawSettings()(name);
  }

  /** Calls when one of the named settings, or any of ours, has changed. */
  onDidChange(listener: () => void, ...names: SettingName[]): Disposable {
    return workspace.onDidChangeConfiguration((event) => {
      if (names.length === 0 ? event.affectsConfiguration(section) : names.some((name) => event.affectsConfiguration(`${section}.${name}`))) listener();
    });
  }
}

function rawSettings(scope?: ConfigurationScope): RawSettings {
  const configuration = workspace.getConfiguration(section, scope ?? null);
  return (name) => configuration.get(name);
}
