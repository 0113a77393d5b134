import { isExpected, throwIfAborted } from '../../base/errors';
import type { CheckFinding, CheckTopic } from '../../core/types';

type Found = Omit<CheckFinding, 'topic'>;

/** What a check has found so far; each finding is told at once. */
export class Findings {
  readonly all: CheckFinding[] = [];

  constructor(
    private readonly onFinding: (finding: CheckFinding) => void,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /**
   * Looks at one thing. An error that a user can act on is a finding, and then null is given.
   * @throws CancelledError
   */
  async look<T>(topic: CheckTopic, work: () => Promise<T> | T, found: (value: T) => Found): Promise<T | null> {
    throwIfAborted(this.signal);
    try {
      const value = await work();
      this.add({ topic, ...found(value) });
      return value;
    } catch (error) {
      if (!isExpected(error)) throw error;
      this.add({ topic, ...bad(error.message, { reason: error.reason }) });
      return null;
    }
  }

  private add(finding: CheckFinding): void {
    this.all.push(finding);
    this.onFinding(finding);
  }
}

export const good = (text: string, values: Found['values'] = {}): Found => ({ state: 'good', text, values });
export const note = (text: string, values: Found['values'] = {}): Found => ({ state: 'note', text, values });
export const bad = (text: string, values: Found['values'] = {}): Found => ({ state: 'bad', text, values });
