/** Installs VS Code's server and workbench unless they are there; the folder it returns holds them. */
export function installEditor(options?: { dest?: string; log?: (line: string) => void }): Promise<string>;
