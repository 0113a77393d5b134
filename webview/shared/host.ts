/** What VS Code gives a webview, once. */
interface VsCodeApi<State> {
  postMessage(message: unknown): void;
  getState(): State | undefined;
  setState(state: State): void;
}

declare function acquireVsCodeApi<State>(): VsCodeApi<State>;

/** The webview's end of its protocol. `State` outlives the view being hidden. */
export interface Host<In, Out, State> {
  post(message: Out): void;
  listen(receive: (message: In) => void): void;
  readonly saved: State | undefined;
  save(state: State): void;
}

export function connectHost<In extends { type: string }, Out extends { type: string }, State>(): Host<In, Out, State> {
  const api = acquireVsCodeApi<State>();
  return {
    post: (message) => api.postMessage(message),
    listen: (receive) => window.addEventListener('message', ({ data }: MessageEvent<unknown>) => isMessage<In>(data) && receive(data)),
    saved: api.getState(),
    save: (state) => api.setState(state),
  };
}

/** Browser extensions and dev tools post to the same window. */
function isMessage<In extends { type: string }>(data: unknown): data is In {
  return typeof data === 'object' && data !== null && typeof (data as { type?: unknown }).type === 'string';
}
