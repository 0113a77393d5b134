/** Every command of the extension; package.json contributes exactly these (a test compares them). */
export const commandIds = [
  'personaLens.auditFile',
  'personaLens.cancelAudit',
  'personaLens.inspectRow',
  'personaLens.openHeatmap',
  'personaLens.revealSpan',
  'personaLens.nextFlagged',
  'personaLens.previousFlagged',
  'personaLens.showLenses',
  'personaLens.markGood',
  'personaLens.markBad',
  'personaLens.clearMark',
  'personaLens.teach',
  'personaLens.nextToMark',
  'personaLens.chooseOrdinaryFile',
  'personaLens.chooseCard',
  'personaLens.chooseModel',
  'personaLens.checkModel',
  'personaLens.traceText',
  'personaLens.makeDefaultCard',
  'personaLens.showActions',
  'personaLens.showCache',
  'personaLens.clearCache',
  'personaLens.copyDiagnostics',
  'personaLens.showLog',
] as const;

export type CommandId = (typeof commandIds)[number];
