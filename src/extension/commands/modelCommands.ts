import { commands, l10n, type Memento, ProgressLocation, Uri, window } from 'vscode';
import { ExpectedError } from '../../base/errors';
import { markdownReport, modelCheckBlocks } from '../../core/report';
import type { CheckTopic, ModelCheck } from '../../core/types';
import type { ListedModel } from '../../protocol';
import { signalOf } from '../cancellation';
import { datasetEditor } from '../documents';
import type { EngineGate } from '../engineGate';
import type { ErrorBoundary } from '../errorBoundary';
import type { Settings } from '../settings';
import { checkingWords } from '../words/models';
import type { ReportDocuments } from '../reportDocuments';
import type { CommandId } from './ids';
import { pickModel } from './modelPicker';
import { writePathSetting } from './pathSetting';

const recentKey = 'recentModels';
const mostRecent = 8;

/** Choosing a model and checking it. */
export class ModelCommands {
  constructor(
    private readonly engine: EngineGate,
    private readonly settings: Settings,
    private readonly documents: ReportDocuments,
    private readonly boundary: ErrorBoundary,
    private readonly memory: Memento,
  ) {}

  /** @param target a model's folder; asked for where it is none */
  async choose(target: unknown): Promise<ListedModel | undefined> {
    const scope = datasetEditor()?.document.uri;
    const auditor = this.engine.auditor();
    const chosen = target instanceof Uri ? target : await pickModel(await auditor.models({ folders: this.recent(), cache: true }), this.settings.model(scope).model);
    if (chosen === undefined) return undefined;
    const model = chosen instanceof Uri ? (await auditor.models({ folders: [chosen.fsPath], cache: false })).find(({ folder }) => folder === chosen.fsPath) : chosen;
    if (!model) return undefined;
    if (model.problem !== null) throw new ExpectedError('unusable-model', model.problem);
    await writePathSetting('model', model.folder === null ? null : Uri.file(model.folder), scope);
    if (model.folder !== null) await this.memory.update(recentKey, [model.folder, ...this.recent().filter((folder) => folder !== model.folder)].slice(0, mostRecent));
    this.boundary.inBackground('look for the model’s card', () => this.offerCard(model, scope));
    return model;
  }

  /** Checks the model that is set, or the one in a folder, and shows what was found. */
  async check(target: unknown): Promise<ModelCheck | undefined> {
    const settings = this.settings.model(datasetEditor()?.document.uri);
    const request = { settings: target instanceof Uri ? { ...settings, model: target.fsPath } : settings };
    const auditor = this.engine.auditor();
    const check = await window.withProgress({ location: ProgressLocation.Notification, title: l10n.t('Checking the model'), cancellable: true }, async (progress, token) => {
      const cancellation = signalOf(token);
      const say = (topic: CheckTopic | null) => progress.report({ message: checkingWords(topic, l10n.t) });
      say(null);
      try {
        return await auditor.check(request, ({ topic }) => say(topic), cancellation.signal);
      } finally {
        cancellation.dispose();
      }
    });
    await this.documents.show('model-check', markdownReport(modelCheckBlocks(check)));
    return check;
  }

  private recent(): string[] {
    const kept = this.memory.get<unknown>(recentKey);
    return Array.isArray(kept) ? kept.filter((folder): folder is string => typeof folder === 'string') : [];
  }

  private async offerCard({ folder, name }: ListedModel, scope: Uri | undefined): Promise<void> {
    const settings = { ...this.settings.model(scope), model: folder };
    if (await window.withProgress({ location: ProgressLocation.Window, title: l10n.t('Looking for the model’s default card') }, () => this.engine.auditor().hasCard(settings))) return;
    const text = l10n.t('{0} is set as the model. It has no default card yet, so rows cannot be ranked with it: make one, or choose a card that was made for it.', name);
    const offers: { title: string; command: CommandId }[] = [
      { title: l10n.t('Make a Default Card'), command: 'personaLens.makeDefaultCard' },
      { title: l10n.t('Choose a Card'), command: 'personaLens.chooseCard' },
      { title: l10n.t('Check This Model'), command: 'personaLens.checkModel' },
    ];
    const offer = await window.showInformationMessage(text, ...offers);
    if (offer) await commands.executeCommand(offer.command);
  }
}
