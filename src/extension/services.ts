import { type ExtensionContext, window } from 'vscode';
import { DisposableStore } from '../base/disposable';
import { messageOf } from '../base/errors';
import { AuditedFiles } from './audits/auditedFiles';
import { AuditRuns } from './audits/auditRuns';
import { Audits } from './audits/audits';
import { DocumentFollower } from './audits/documentFollower';
import { InputFiles } from './audits/inputFiles';
import { MarkBook } from './audits/markBook';
import { Teacher } from './audits/teacher';
import { showActions } from './commands/actionsCommand';
import { AuditCommands } from './commands/auditCommands';
import { CacheCommands } from './commands/cacheCommands';
import { CardCommands } from './commands/cardCommands';
import { ChoiceCommands } from './commands/choiceCommands';
import { DiagnosticsCommand } from './commands/diagnosticsCommand';
import { type CommandTable, registerCommands } from './commands/index';
import { MarkCommands } from './commands/markCommands';
import { ModelCommands } from './commands/modelCommands';
import { ReviewCommands } from './commands/reviewCommands';
import { TraceCommand } from './commands/traceCommand';
import { ContextKeys } from './contextKeys';
import { EngineGate } from './engineGate';
import { ErrorBoundary } from './errorBoundary';
import { HeatmapActions } from './panels/heatmapActions';
import { HeatmapFollower } from './panels/heatmapFollower';
import { HeatmapPanel } from './panels/heatmapPanel';
import { RowInspector } from './panels/rowInspector';
import { RowHoverProvider } from './providers/hoverProvider';
import { AuditNotices } from './providers/notices';
import { LensProvider } from './providers/lensProvider';
import { RowProblems } from './providers/problems';
import { Squiggles } from './providers/squiggles';
import { AuditStatusBar } from './providers/statusBar';
import { RecentLog } from './recentLog';
import { ReportDocuments } from './reportDocuments';
import { Settings } from './settings';

/** Makes every service and says which gets which: the only place that does. Disposing what it gives disposes them all. */
export function createServices(context: ExtensionContext): DisposableStore {
  const store = new DisposableStore();
  const channel = store.add(window.createOutputChannel('Persona Lens', { log: true }));
  const log = new RecentLog(channel);
  const boundary = new ErrorBoundary(log);
  const settings = new Settings(context.globalStorageUri.fsPath);
  const engine = store.add(new EngineGate(context.extensionUri.fsPath, settings, log));

  const files = store.add(new AuditedFiles());
  const runs = store.add(new AuditRuns(engine.auditor, files));
  const inputs = store.add(new InputFiles());
  const audits = new Audits(runs, settings, engine, inputs);
  store.add(new DocumentFollower(files, runs, audits, settings, boundary, inputs));

  const marks = store.add(new MarkBook(files, settings, boundary, log));
  const teacher = store.add(new Teacher(files, engine.auditor, settings, boundary));

  const lenses = store.add(new LensProvider(files, settings));
  store.add(new RowHoverProvider(files));
  store.add(new RowProblems(files));
  store.add(new AuditNotices(files, boundary));
  store.add(new Squiggles(files, settings));
  store.add(new ContextKeys(files));
  const status = store.add(new AuditStatusBar(files));

  const panel = store.add(new HeatmapPanel(context.extensionUri, log));
  const heatmap = store.add(new HeatmapFollower(panel, new RowInspector(engine.auditor, settings, inputs), files, boundary, settings, inputs));
  store.add(new HeatmapActions(panel, heatmap, boundary));

  const refreshCache = async (): Promise<void> => {
    try {
      status.setCache(await engine.auditor().cacheInfo(settings.cache()));
    } catch (error) {
      log.warn(`the size of the cache is not known: ${messageOf(error)}`);
    }
  };
  store.add(files.onDidChange(({ id, change }) => {
    if (change === 'state' && files.get(id)?.state === 'done') void refreshCache();
  }));

  const audit = new AuditCommands(engine, audits, runs, files, lenses, boundary, context.workspaceState);
  const review = new ReviewCommands(engine, files, settings, lenses, heatmap);
  const marking = new MarkCommands(engine, files, marks, teacher, lenses, boundary);
  const choices = new ChoiceCommands(engine);
  const models = new ModelCommands(engine, settings, store.add(new ReportDocuments()), boundary, context.globalState);
  const trace = new TraceCommand(engine, settings, boundary, softwareOf(context));
  const cache = new CacheCommands(engine, settings, (info) => status.setCache(info), boundary);
  const cards = new CardCommands(engine, settings, boundary, softwareOf(context));
  const diagnostics = new DiagnosticsCommand(context, engine, settings, files, log);
  const table: CommandTable = {
    'personaLens.auditFile': (target) => audit.audit(target),
    'personaLens.cancelAudit': () => audit.cancel(),
    'personaLens.inspectRow': (target, index) => review.inspect(target, index),
    'personaLens.openHeatmap': (target) => review.inspect(target, undefined),
    'personaLens.revealSpan': (target, index, turn) => review.reveal(target, index, turn),
    'personaLens.nextFlagged': () => review.step(1),
    'personaLens.previousFlagged': () => review.step(-1),
    'personaLens.showLenses': (target) => review.showLenses(target),
    'personaLens.markGood': (target, index) => marking.mark('good', target, index),
    'personaLens.markBad': (target, index) => marking.mark('bad', target, index),
    'personaLens.clearMark': (target, index) => marking.mark(null, target, index),
    'personaLens.teach': () => marking.teach(),
    'personaLens.nextToMark': () => marking.next(),
    'personaLens.chooseOrdinaryFile': (target) => choices.ordinaryFile(target),
    'personaLens.chooseCard': (target) => choices.card(target),
    'personaLens.chooseModel': (target) => models.choose(target),
    'personaLens.checkModel': (target) => models.check(target),
    'personaLens.traceText': (target) => trace.run(target),
    'personaLens.makeDefaultCard': () => cards.makeDefault(),
    'personaLens.showActions': () => showActions(files, lenses),
    'personaLens.showCache': () => cache.show(),
    'personaLens.clearCache': (confirmed) => cache.clear(confirmed),
    'personaLens.copyDiagnostics': () => diagnostics.copy(),
    'personaLens.showLog': () => channel.show(true),
  };
  store.add(registerCommands(table, boundary));
  return store;
}

function softwareOf({ extension }: ExtensionContext): string {
  return `persona-lens ${(extension.packageJSON as { version: string }).version}`;
}
