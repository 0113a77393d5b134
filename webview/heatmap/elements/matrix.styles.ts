import { css, unsafeCSS } from 'lit';
import { HEAD_HEIGHT, ROW_HEIGHT } from '../matrix';

export const matrixStyles = css`
  :host {
    container-type: inline-size;
  }
  .matrix {
    display: grid;
    grid-template-columns: minmax(0, min(46%, 300px)) minmax(0, 1fr);
  }
  .names {
    border-right: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
  }
  .name {
    position: relative;
    display: grid;
    grid-template-columns: 14px minmax(0, 1fr) 3.6em 3.6em;
    column-gap: 4px;
    align-items: center;
    width: 100%;
    height: ${unsafeCSS(ROW_HEIGHT)}px;
    padding: 0 8px 0 2px;
    border: none;
    background: none;
    color: inherit;
    font: inherit;
    text-align: start;
    cursor: pointer;
  }
  .name.head {
    height: ${unsafeCSS(HEAD_HEIGHT)}px;
    color: var(--vscode-descriptionForeground);
    cursor: default;
  }
  button.name:hover,
  .name.current {
    background: var(--vscode-list-hoverBackground);
  }
  button.name:focus-visible {
    outline-offset: -1px;
  }
  .label {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .index,
  .number {
    font-variant-numeric: tabular-nums;
  }
  .number {
    color: var(--vscode-descriptionForeground);
    text-align: end;
    white-space: nowrap;
  }
  .pin {
    width: 12px;
    height: 12px;
    fill: currentcolor;
    opacity: 0;
  }
  .name[aria-pressed='true'] .pin {
    opacity: 1;
  }
  button.name:hover .pin,
  button.name:focus-visible .pin {
    opacity: 0.7;
  }
  .name[aria-pressed='true'] .label {
    font-weight: 600;
  }
  .scroller {
    position: relative;
    overflow: auto hidden;
    margin-left: 4px;
    padding-bottom: 2px;
  }
  .scroller:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  canvas {
    position: sticky;
    left: 0;
    display: block;
    cursor: pointer;
  }
  @container (max-width: 520px) {
    .name {
      grid-template-columns: 14px minmax(0, 1fr);
      padding-right: 4px;
    }
    .number {
      position: absolute;
      clip-path: inset(50%);
    }
  }
`;
