import type { Paint } from './colour';
import { padEnd, wrap } from './width';

/** Names in a column, values beside them, wrapped with a hanging indent. */
export function factLines(facts: readonly [name: string, value: string][], { width, paint }: { width: number; paint: Paint }): string[] {
  const indent = Math.max(...facts.map(([name]) => name.length)) + 2;
  return facts.flatMap(([name, value]) =>
    wrap(value, Math.max(20, width - indent)).map((line, i) => `${i === 0 ? paint.bold(padEnd(name, indent)) : ' '.repeat(indent)}${line}`.trimEnd()),
  );
}
