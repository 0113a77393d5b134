import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const source = fileURLToPath(new URL('../../../src/extension/', import.meta.url));
const bundle = new URL('../../../l10n/bundle.l10n.json', import.meta.url);

/** Every message given to `l10n.t` or a `Translate`, as a literal. */
function messages(): string[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const found = files.flatMap((name) => [...readFileSync(source + name, 'utf8').matchAll(/(?<![\w.])(?:l10n\.)?t\(\s*'((?:[^'\\]|\\.)*)'/g)].map(([, text]) => (text ?? '').replace(/\\'/g, "'")));
  return [...new Set(found)].sort();
}

it('the bundle for translators holds every message (UPDATE_L10N=1 writes it)', () => {
  const wanted = Object.fromEntries(messages().map((message) => [message, message]));
  if (process.env['UPDATE_L10N']) writeFileSync(bundle, `${JSON.stringify(wanted, null, 2)}\n`);
  expect(JSON.parse(readFileSync(bundle, 'utf8'))).toEqual(wanted);
});

it('no message is put together before it is translated', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  for (const name of files) expect(readFileSync(source + name, 'utf8'), name).not.toMatch(/(?<![\w.])(?:l10n\.)?t\(\s*[`"]/);
});
