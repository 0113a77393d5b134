import { env, type ExtensionContext, l10n, version, window, workspace } from 'vscode';
import { messageOf } from '../../base/errors';
import type { Diagnostics } from '../../protocol';
import type { AuditedFiles } from '../audits/auditedFiles';
import type { EngineGate } from '../engineGate';
import type { RecentLog } from '../recentLog';
import type { Settings } from '../settings';
import { privateSettings, type SettingName, settingsSchema } from '../settingsSchema';
import { diagnosticsText } from '../words/diagnostics';

/** Gathers what a problem report needs; row texts are not at hand here. */
export class DiagnosticsCommand {
  constructor(
    private readonly context: ExtensionContext,
    private readonly engine: EngineGate,
    private readonly settings: Settings,
    private readonly files: AuditedFiles,
    private readonly log: RecentLog,
  ) {}

  /** Copies the text and gives it. */
  async copy(): Promise<string> {
    const text = await this.gather();
    await env.clipboard.writeText(text);
    void window.showInformationMessage(l10n.t('Diagnostics were copied. They hold versions, settings and the log, no rows; paths you set are left out.'));
    return text;
  }

  private async gather(): Promise<string> {
    const { packageJSON } = this.context.extension as { packageJSON: { version: string } };
    const asked = await this.askEngine();
    const names = Object.keys(settingsSchema) as SettingName[];
    return diagnosticsText({
      extension: packageJSON.version,
      editor: `${env.appName} ${version} (${env.appHost}, ${env.remoteName ?? 'local'}, ${env.language})`,
      host: `${process.platform}-${process.arch}, Node ${process.version}`,
      trusted: workspace.isTrusted,
      engine: asked instanceof Object ? asked : null,
      engineNote: typeof asked === 'string' ? asked : null,
      cache: asked instanceof Object ? asked.cache : null,
      settings: names.map((name) => ({ name, value: this.settings.raw(name), isPrivate: privateSettings.has(name) })),
      files: this.files.ids().flatMap((id) => {
        const file = this.files.get(id);
        return file ? [{ state: file.state, rows: file.rows.size, problems: file.problems.length, level: file.summary?.level ?? null }] : [];
      }),
      log: this.log.lines(),
    });
  }

  /** An engine that does not run is not started for this. */
  private async askEngine(): Promise<Diagnostics | string> {
    if (!this.engine.started) return 'not started';
    try {
      return await this.engine.auditor().diagnostics();
    } catch (error) {
      return `could not be asked: ${messageOf(error)}`;
    }
  }
}
