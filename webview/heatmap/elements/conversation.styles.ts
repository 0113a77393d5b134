import { css } from 'lit';

export const conversationStyles = css`
  :host {
    container-type: inline-size;
  }
  .text {
    max-height: max(11rem, 44vh);
    overflow: auto;
    padding: 4px 2px;
    line-height: 1.75;
  }
  .turn {
    display: grid;
    grid-template-columns: 5.5em minmax(0, 1fr);
    column-gap: 8px;
    padding: 2px 0;
  }
  .role {
    color: var(--quiet);
    user-select: none;
  }
  .tokens {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    color: var(--ink);
  }
  .token {
    padding: 2px 0;
    border-radius: 2px;
    cursor: pointer;
    box-decoration-break: clone;
  }
  .tokens {
    forced-color-adjust: none;
  }
  .token:hover {
    box-shadow: inset 0 0 0 1px var(--quiet);
  }
  .token.current {
    outline: 1px solid var(--quiet);
    outline-offset: 0;
  }
  .token:focus {
    outline: 2px solid var(--vscode-focusBorder);
  }
  /* The editor's cursor: another form than focus, not another colour only. */
  .token.cursor {
    box-shadow: inset 0 -2px 0 var(--ink), inset 0 0 0 1px var(--ink);
  }
  .masked {
    background-image: repeating-linear-gradient(
      135deg,
      transparent 0 3px,
      color-mix(in srgb, var(--ink) 45%, transparent) 3px 4px
    );
  }
  .aside {
    color: var(--quiet);
    font-size: 0.92em;
  }
  .line-end::before {
    content: '\\21b5';
    color: var(--quiet);
  }
  .empty::before {
    content: '\\00b7';
    color: var(--quiet);
  }
  :host-context(.vscode-high-contrast) .token.high {
    text-decoration: underline solid 2px;
    text-underline-offset: 3px;
  }
  :host-context(.vscode-high-contrast) .token.low {
    text-decoration: underline dotted 2px;
    text-underline-offset: 3px;
  }
  @container (max-width: 420px) {
    .turn {
      grid-template-columns: minmax(0, 1fr);
    }
    .role {
      font-size: 0.92em;
      line-height: 1.3;
    }
  }
  @media (forced-colors: active) {
    .token:focus {
      outline-color: Highlight;
    }
    .token.cursor {
      box-shadow: none;
      outline: 2px dashed CanvasText;
    }
  }
`;
