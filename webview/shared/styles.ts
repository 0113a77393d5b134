import { css, type CSSResult } from 'lit';

/** Every element's shadow root starts with these. */
export const baseStyles: CSSResult = css`
  :host {
    display: block;
    box-sizing: border-box;
    color: var(--vscode-foreground);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size);
    /* For what keeps its own colours where the system forces them: hatches, shaded text, legends. */
    --ink: var(--vscode-editor-foreground);
    --quiet: var(--vscode-descriptionForeground);
  }
  @media (forced-colors: active) {
    :host {
      --ink: CanvasText;
      --quiet: CanvasText;
    }
  }
  :host([hidden]) {
    display: none;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  .muted {
    color: var(--vscode-descriptionForeground);
  }
  .spoken {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 1px;
  }
  @media (forced-colors: active) {
    :focus-visible {
      outline-color: Highlight;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
      scroll-behavior: auto !important;
    }
  }
`;

const pageStyles = css`
  html,
  body {
    background: var(--vscode-editor-background);
  }
  body {
    margin: 0;
    padding: 0;
  }
`;

/** Constructed style sheets need no nonce, unlike style elements and attributes. */
export function stylePage(): void {
  if (pageStyles.styleSheet) document.adoptedStyleSheets.push(pageStyles.styleSheet);
}
