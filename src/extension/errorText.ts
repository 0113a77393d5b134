/**
 * A bug for the log: its name, message and stack. The message of a SyntaxError quotes what it could not parse, which may be a
 * row's text, and is left out.
 */
export function describeBug(error: unknown): string {
  if (!(error instanceof Error)) return `unexpected value thrown: ${typeof error}`;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const said = error instanceof SyntaxError ? '(text left out)' : error.message;
  const cause = error.cause === undefined ? '' : `\ncaused by ${describeBug(error.cause)}`;
  return [`${error.name}: ${said}`, ...frames].join('\n') + cause;
}

export type ErrorAction = 'settings' | 'trust' | 'log' | 'diagnostics' | 'makeCard';

/** What a person can do about an expected error, by its reason. */
export function actionsFor(reason: string): ErrorAction[] {
  switch (reason) {
    case 'untrusted':
      return ['trust'];
    case 'no-card':
      return ['makeCard', 'settings'];
    case 'bad-setting':
    case 'bad-mapping':
    case 'unknown-shape':
      return ['settings'];
    case 'no-document':
    case 'no-row':
    case 'not-a-dataset':
    case 'not-audited':
      return [];
    default:
      return ['settings', 'log'];
  }
}
