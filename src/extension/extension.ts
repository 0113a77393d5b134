import type { ExtensionContext } from 'vscode';
import { createServices } from './services';

export function activate(context: ExtensionContext): void {
  context.subscriptions.push(createServices(context));
}
