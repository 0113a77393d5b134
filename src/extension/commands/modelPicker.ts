import { l10n, QuickPickItemKind, type QuickPickItem, type Uri, window } from 'vscode';
import type { ListedModel } from '../../protocol';
import { modelDetail, modelWords } from '../words/models';

interface Item extends QuickPickItem {
  model?: ListedModel;
  browse?: true;
}

/** Shows models until one that can be used is chosen: undefined when none was. */
export async function pickModel(models: readonly ListedModel[], current: string | null): Promise<ListedModel | Uri | undefined> {
  for (;;) {
    const chosen = await window.showQuickPick(items(models, current), { title: l10n.t('Choose a model'), matchOnDescription: true, matchOnDetail: true });
    if (chosen?.browse) return (await window.showOpenDialog({ title: l10n.t('Choose the folder of a model'), canSelectFolders: true, canSelectFiles: false, canSelectMany: false }))?.[0];
    if (!chosen?.model) return undefined;
    if (chosen.model.problem === null) return chosen.model;
    await window.showWarningMessage(chosen.model.problem, { modal: true });
  }
}

function items(models: readonly ListedModel[], current: string | null): Item[] {
  const listed = (source: ListedModel['source']): Item[] =>
    models.filter((model) => model.source === source).map((model) => ({ model, label: `$(${model.problem === null ? (model.folder === current ? 'check' : 'chip') : 'circle-slash'}) ${model.name}`, description: modelWords(model, l10n.t), detail: modelDetail(model, l10n.t) }));
  const group = (label: string, entries: Item[]): Item[] => (entries.length ? [{ label, kind: QuickPickItemKind.Separator }, ...entries] : []);
  return [
    ...listed('bundled'),
    { label: l10n.t('$(folder-opened) Choose a Folder…'), browse: true },
    ...group(l10n.t('chosen before'), listed('folder')),
    ...group(l10n.t('Hugging Face cache'), listed('cache')),
  ];
}
