import type { AuditNotice, Fault } from '../protocol';
import type { AuditRow } from './rows';

/** Lines named one by one. */
const named = 5;

interface Fallen {
  line: number;
  fault: Fault;
}

/** Rows that an audit went on without something of, so that it can be said at its end. */
export class Shortfalls {
  private readonly rows: Fallen[] = [];
  private readonly ordinary: Fallen[] = [];

  add({ line }: AuditRow, fault: Fault): void {
    this.rows.push({ line, fault });
  }

  /** Of the user's ordinary rows. */
  addOrdinary({ line }: Pick<AuditRow, 'line'>, fault: Fault): void {
    this.ordinary.push({ line, fault });
  }

  /** null where nothing fell short. */
  notice(): AuditNotice | null {
    const sentences = [
      ...sentence(this.rows, (lines, one) => `L${lines} ${one ? 'keeps its activation score' : 'keep their activation scores'}.`),
      ...sentence(this.ordinary, (lines, one) => `Of the ordinary rows, l${lines} ${one ? 'counts' : 'count'} in part or not at all.`),
    ];
    return sentences.length ? { code: 'not-computed', message: sentences.join(' ') } : null;
  }
}

/** @param say given "ine 4" or "ines 4 and 7", for the sentence to begin the word */
function sentence(fallen: readonly Fallen[], say: (lines: string, one: boolean) => string): string[] {
  const lines = [...new Set(fallen.map(({ line }) => line))].sort((a, b) => a - b);
  if (!lines.length) return [];
  const first = fallen.find(({ line }) => line === lines[0])!;
  if (lines.length === 1) return [`${say(`ine ${first.line}`, true)} ${first.fault.message}`];
  const list = lines.length > named ? `${lines.slice(0, named).join(', ')} and ${lines.length - named} more` : `${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`;
  return [`${say(`ines ${list}`, false)} Line ${first.line}: ${first.fault.message}`];
}
