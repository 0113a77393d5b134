/** Translates a message with {0}, {1} placeholders: `vscode.l10n.t`, passed to the files that do not import vscode. */
export type Translate = (message: string, ...args: (string | number)[]) => string;
