import { css } from 'lit';

export const appStyles = css`
  :host {
    container-type: inline-size;
    min-height: 100vh;
  }
  main {
    padding: 8px 14px 14px;
    max-width: 1400px;
  }
  h1 {
    margin: 0;
    font-size: 1.08em;
    font-weight: 600;
    line-height: 1.5;
  }
  h2 {
    margin: 0 0 4px;
    font-size: 0.85em;
    font-weight: 600;
    letter-spacing: 0.04em;
    text-transform: uppercase;
    color: var(--vscode-descriptionForeground);
  }
  p {
    margin: 0;
  }
  section {
    margin-top: 10px;
    padding-top: 8px;
    border-top: 1px solid var(--vscode-widget-border, var(--vscode-panel-border, transparent));
  }
  .notes {
    display: flex;
    flex-wrap: wrap;
    gap: 0 14px;
    margin: 0;
    padding: 0;
    list-style: none;
    color: var(--vscode-descriptionForeground);
  }
  .warn {
    color: var(--vscode-foreground);
  }
  .warn::before {
    content: '\\26a0\\fe0e\\00a0';
  }
  .toolbar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 14px;
    margin-top: 8px;
  }
  .shade {
    display: flex;
    align-items: center;
    gap: 8px;
    min-width: 0;
    max-width: 100%;
  }
  .shade span {
    flex: none;
  }
  .probe {
    min-width: 0;
    width: 260px;
    flex: 0 1 auto;
  }
  .measure {
    min-width: 110px;
    width: 110px;
  }
  .pending {
    margin-top: 6px;
  }
  .exports {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }
  .detail {
    height: 3.6em;
    margin-top: 4px;
    padding: 4px 0;
    line-height: 1.4;
  }
  .detail p {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .quoted {
    white-space: pre;
    quotes: '\\201c' '\\201d';
    font-weight: 600;
  }
  b {
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  persona-legend {
    margin-top: 6px;
  }
  /* Two lines, whichever measure is on show or still to come: nothing below moves. */
  .pending,
  persona-legend[what='text'] {
    min-height: 3.1em;
  }
  .stale {
    opacity: 0.55;
  }
  .state {
    padding: 8vh 16px;
    max-width: 40em;
  }
  .state p {
    margin-top: 8px;
    line-height: 1.5;
    overflow-wrap: anywhere;
  }
  .state vscode-progress-ring {
    margin-bottom: 12px;
  }
  @container (min-width: 920px) {
    .exports {
      margin-inline-start: auto;
    }
  }
  @container (max-width: 640px) {
    .detail {
      height: 6.4em;
      overflow: hidden;
    }
    .detail p {
      white-space: normal;
      overflow-wrap: anywhere;
      display: -webkit-box;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: 2;
    }
  }
`;
