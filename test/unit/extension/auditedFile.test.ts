import { describe, expect, it } from 'vitest';
import type { AuditProgress, AuditStage } from '../../../src/protocol';
import { AuditedFile, type AuditedFileChange } from '../../../src/extension/audits/auditedFile';
import { rowScore, summary } from './support';

function newFile(): { file: AuditedFile; changes: AuditedFileChange[] } {
  const file = new AuditedFile(() => '\n');
  const changes: AuditedFileChange[] = [];
  file.onDidChange((change) => changes.push(change));
  return { file, changes };
}

const progress = (stage: AuditStage): { type: 'progress'; progress: AuditProgress } => ({
  type: 'progress',
  progress: { stage, done: 1, total: 3, rowsPerSecond: null, secondsLeft: null },
});

describe('AuditedFile', () => {
  it('takes rows as they come and has ranks only when all rows were read', () => {
    const { file, changes } = newFile();
    file.begin('a');
    file.accept({ type: 'read', rows: 3, shape: 'messages', problems: [{ line: 3, reason: 'empty', message: 'empty' }] });
    file.accept({ type: 'rows', rows: [rowScore(0)] });
    expect([file.state, file.rows.size, file.rowCount, file.problems.length, file.ranksKnown]).toEqual(['running', 1, 3, 1, false]);
    file.accept(progress('losses'));
    expect(file.ranksKnown).toBe(true);
    file.finish({ rows: [rowScore(0), rowScore(1)], summary: summary() });
    expect([file.state, file.rows.size, file.progress]).toEqual(['done', 2, null]);
    expect(changes).toEqual(['state', 'problems', 'rows', 'progress', 'problems', 'state']);
  });

  it('keeps the rows shown while an audit under the same settings runs, and replaces them at its end', () => {
    const { file } = newFile();
    file.begin('a');
    file.finish({ rows: [rowScore(0), rowScore(1)], summary: summary() });
    file.begin('a');
    file.accept({ type: 'rows', rows: [rowScore(0, { rank: 99 })] });
    expect(file.rows.byIndex(0)?.score.rank).toBe(1);
    file.finish({ rows: [rowScore(0, { rank: 2 })], summary: summary() });
    expect([file.rows.size, file.rows.byIndex(0)?.score.rank]).toEqual([1, 2]);
  });

  it('shows nothing of another key', () => {
    const { file } = newFile();
    file.begin('a');
    file.finish({ rows: [rowScore(0)], summary: summary() });
    file.begin('b');
    expect([file.rows.size, file.summary, file.ranksKnown]).toEqual([0, null, false]);
    file.accept({ type: 'rows', rows: [rowScore(1)] });
    file.forget();
    expect([file.rows.size, file.isUnder('b')]).toEqual([0, false]);
  });

  it('keeps what was scored when it is cancelled', () => {
    const { file } = newFile();
    file.begin('a');
    file.accept({ type: 'rows', rows: [rowScore(0)] });
    file.cancelled();
    expect([file.state, file.rows.size, file.summary]).toEqual(['cancelled', 1, null]);
  });

  it('shifts rows of a text that was edited while it was scored', () => {
    const { file } = newFile();
    file.begin('a');
    file.edit([{ rangeOffset: 0, rangeLength: 0, text: 'xx' }]);
    file.finish({ rows: [rowScore(1)], summary: summary() });
    expect(file.rows.byIndex(1)?.range).toEqual({ start: 12, end: 21 });
  });
});
