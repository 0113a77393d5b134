import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
} from '@vscode/webview-ui-toolkit';
import { css, type CSSResult } from 'lit';

export type { Checkbox, Dropdown } from '@vscode/webview-ui-toolkit';

/**
 * The only door to the toolkit, which is no longer maintained: another set of controls is a change here. It reads the theme
 * at the window's load event, so call this before; its style element needs `<meta property="csp-nonce" content="...">`.
 */
export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption(), vsCodeProgressRing());
}

/** For the shadow roots that use the toolkit: what it gets wrong by itself. */
export const toolkitStyles: CSSResult = css`
  /* High contrast light leaves the colour out, and the toolkit's fallback is white on white. */
  vscode-option {
    --list-active-selection-foreground: var(--vscode-list-activeSelectionForeground, var(--vscode-foreground));
  }
  /* High contrast has no background for the chosen option. */
  vscode-option[aria-selected='true'] {
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -2px;
  }
`;
