import { expect, test } from 'vitest';
import { loggable } from '../../../src/audit/lastWords';

test('what the runtime, V8 and native code say is kept, with places', () => {
  const said = [
    "terminate called after throwing an instance of 'std::bad_alloc'",
    '  what():  std::bad_alloc',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    '2026-01-01 00:00:00.000 [E:onnxruntime:, sequential_executor.cc:516 ExecuteKernel] Non-zero status code returned',
    'TypeError',
    '    at readRow (/x/dist/engine.cjs:10:20)',
    '    at async /x/dist/engine.cjs:1:2',
  ];
  expect(loggable(said.join('\n'))).toBe(said.join('\n'));
});

test('anything that may be text of a row is left out', () => {
  const row = '{"messages":[{"role":"user","content":"my secret"}]}';
  for (const line of [row, `SyntaxError: Unexpected token } in "${row}"`, `    at ${row}`, `what(): ${row}`, 'my secret', `Error: ${row}`]) expect(loggable(line)).toBe('');
});

test('it is bounded', () => {
  expect(loggable('    at f (/x.js:1:1)\n'.repeat(10_000)).length).toBeLessThanOrEqual(2000);
});
