import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
} from '@vscode/webview-ui-toolkit';

export type { Checkbox, Dropdown } from '@vscode/webview-ui-toolkit';

/**
 * The only door to the toolkit, which is no longer maintained: another set of controls is a change here. It reads the theme
 * at the window's load event, so call this before; its style element needs `<meta property="csp-nonce" content="...">`.
 */
export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption(), vsCodeProgressRing());
}
