import { relative } from 'node:path';
import { ConfigurationTarget, type Uri, workspace } from 'vscode';
import { section } from '../settings';
import type { SettingName } from '../settingsSchema';

/** Writes a setting that names a file or folder, where the user's own settings of this place belong; null takes it away. */
export async function writePathSetting(setting: SettingName, path: Uri | null, scope: Uri | undefined): Promise<void> {
  const place = workspace.workspaceFolders ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
  await workspace.getConfiguration(section, scope).update(setting, path === null ? undefined : settingPath(path, scope), place);
}

/** Relative to the workspace folder where the file lies in it, so that the setting can be shared. */
function settingPath(uri: Uri, scope: Uri | undefined): string {
  const folder = scope ? workspace.getWorkspaceFolder(scope) : workspace.workspaceFolders?.[0];
  const own = workspace.getWorkspaceFolder(uri);
  return folder && own && folder.index === own.index ? relative(folder.uri.fsPath, uri.fsPath) : uri.fsPath;
}
