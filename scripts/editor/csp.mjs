// Collects breaches of a webview's content security policy, which are otherwise silent.
const WEBVIEW = '/webview/browser/pre/';
const REFUSAL = /content security policy/i;

/**
 * @typedef {object} CspViolation
 * @property {'event' | 'console'} source one breach is usually seen twice, once a source
 * @property {string} directive
 * @property {string} blocked what was refused: a URL, `inline` or `eval`
 * @property {string} text the console's sentence, or the sample of the event
 */

/**
 * @param {import('playwright-core').BrowserContext} context
 * @returns {Promise<() => CspViolation[]>}
 */
export async function watchCsp(context) {
  /** @type {CspViolation[]} */
  const violations = [];
  await context.exposeBinding('reportCspViolation', ({ frame }, violation) => {
    if (frame.url().includes(WEBVIEW)) violations.push({ source: 'event', ...violation });
  });
  await context.addInitScript(listenInEveryDocument);
  context.on('console', (message) => {
    if (message.type() !== 'error' || !REFUSAL.test(message.text())) return;
    if (!message.location().url.includes(WEBVIEW)) return;
    const [, directive = ''] = /directive:? ["']([\w-]+)/.exec(message.text()) ?? [];
    violations.push({ source: 'console', directive, blocked: '', text: message.text() });
  });
  return () => [...violations];
}

/** Runs in each frame. VS Code writes a webview with document.open(), which drops the listeners: they are added again. */
function listenInEveryDocument() {
  const listen = (document) =>
    document.addEventListener('securitypolicyviolation', (event) => {
      const { effectiveDirective, blockedURI, sample } = event;
      window['reportCspViolation']({ directive: effectiveDirective, blocked: blockedURI, text: sample });
    });
  const { open } = Document.prototype;
  Document.prototype.open = function (...args) {
    const result = open.apply(this, args);
    listen(this);
    return result;
  };
  listen(document);
}
