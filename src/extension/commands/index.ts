import { commands } from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import type { ErrorBoundary } from '../errorBoundary';
import { commandIds, type CommandId } from './ids';

/** Arguments come from menus, links and other extensions: each command checks its own. */
export type CommandTable = Record<CommandId, (...args: unknown[]) => unknown>;

/** Registers the table; every command runs inside the error boundary. */
export function registerCommands(table: CommandTable, boundary: ErrorBoundary): Disposable {
  const store = new DisposableStore();
  for (const id of commandIds) {
    store.add(commands.registerCommand(id, (...args: unknown[]) => boundary.run(id, () => table[id](...args))));
  }
  return store;
}
