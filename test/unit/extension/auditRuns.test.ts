import { describe, expect, it } from 'vitest';
import type { Auditor } from '../../../src/audit/auditor';
import { defaultSettings } from '../../../src/audit/defaults';
import { CancelledError, ExpectedError } from '../../../src/base/errors';
import { AuditedFiles } from '../../../src/extension/audits/auditedFiles';
import { AuditRuns, type DocumentSnapshot, settingsKey } from '../../../src/extension/audits/auditRuns';
import type { AuditEvent, AuditRequest, AuditResult, LineSpan } from '../../../src/protocol';
import { rowScore, summary } from './support';

interface Call {
  request: AuditRequest;
  emit: (event: AuditEvent) => void;
  resolve: (result: AuditResult) => void;
  reject: (error: Error) => void;
  signal: AbortSignal | undefined;
  views: LineSpan[];
}

/** An auditor that does what the test says. It does not end by itself when it is aborted. */
function scripted(): { auditor: Auditor; calls: Call[] } {
  const calls: Call[] = [];
  const auditor = {
    audit: (request: AuditRequest, emit: Call['emit'], signal?: AbortSignal) => {
      const views: LineSpan[] = [];
      const result = new Promise<AuditResult>((resolve, reject) => calls.push({ request, emit, resolve, reject, signal, views }));
      return { result, setView: (view: LineSpan) => void views.push(view) };
    },
  } as unknown as Auditor;
  return { auditor, calls };
}

const snapshot: DocumentSnapshot = { id: 'file:///rows.jsonl', path: '/rows.jsonl', text: '{}', charAt: () => '' };
const result: AuditResult = { rows: [rowScore(0)], summary: summary() };

function setup() {
  const { auditor, calls } = scripted();
  const files = new AuditedFiles();
  const runs = new AuditRuns(() => auditor, files);
  const state = () => files.get(snapshot.id)?.state;
  return { files, runs, calls, state };
}

describe('AuditRuns', () => {
  it('sends the text and the settings, and fills the score cache', async () => {
    const { files, runs, calls, state } = setup();
    const seen: number[] = [];
    const done = runs.start(snapshot, defaultSettings, { view: { first: 1, last: 9 }, onProgress: (p) => seen.push(p.done) });
    expect(calls[0]?.request).toEqual({ path: '/rows.jsonl', text: '{}', settings: defaultSettings, view: { first: 1, last: 9 } });
    calls[0]?.emit({ type: 'progress', progress: { stage: 'activations', done: 4, total: 9, rowsPerSecond: 1, secondsLeft: 5 } });
    runs.setView(snapshot.id, { first: 3, last: 4 });
    expect(calls[0]?.views).toEqual([{ first: 3, last: 4 }]);
    calls[0]?.resolve(result);
    await done;
    expect([state(), files.get(snapshot.id)?.rows.size, seen, runs.isRunning(snapshot.id)]).toEqual(['done', 1, [4], false]);
  });

  it('is cancelled at once, also where the engine takes its time, and hears nothing of it any more', async () => {
    const { files, runs, calls, state } = setup();
    const done = runs.start(snapshot, defaultSettings);
    expect(runs.cancel(snapshot.id)).toBe(true);
    await expect(done).rejects.toThrow(CancelledError);
    expect([calls[0]?.signal?.aborted, state()]).toEqual([true, 'cancelled']);
    calls[0]?.emit({ type: 'rows', rows: [rowScore(0)] });
    calls[0]?.reject(new CancelledError());
    expect(files.get(snapshot.id)?.rows.size).toBe(0);
    expect(runs.cancel(snapshot.id)).toBe(false);
  });

  it('puts a new audit in the place of the one before', async () => {
    const { runs, calls, state } = setup();
    const first = runs.start(snapshot, defaultSettings);
    const second = runs.start(snapshot, defaultSettings);
    await expect(first).rejects.toThrow(CancelledError);
    expect([calls[0]?.signal?.aborted, state()]).toEqual([true, 'running']);
    calls[1]?.resolve(result);
    await second;
    expect(state()).toBe('done');
  });

  it('forgets a closed document and what comes for it later', async () => {
    const { files, runs, calls } = setup();
    const done = runs.start(snapshot, defaultSettings);
    runs.close(snapshot.id);
    await expect(done).rejects.toThrow(CancelledError);
    calls[0]?.emit({ type: 'rows', rows: [rowScore(0)] });
    expect([files.ids(), calls[0]?.signal?.aborted]).toEqual([[], true]);
  });

  it('says what failed', async () => {
    const { files, runs, calls, state } = setup();
    const done = runs.start(snapshot, defaultSettings);
    calls[0]?.reject(new ExpectedError('empty', 'rows.jsonl is empty.'));
    await expect(done).rejects.toThrow('empty');
    expect([state(), files.get(snapshot.id)?.failure]).toEqual(['failed', 'rows.jsonl is empty.']);
  });
});

describe('settingsKey', () => {
  it('changes with what decides the numbers only', () => {
    const key = settingsKey(defaultSettings);
    expect(settingsKey({ ...defaultSettings, threads: 2, cache: { folder: '/c', maxBytes: 1 } })).toBe(key);
    expect(settingsKey({ ...defaultSettings, ordinary: '/trusted.jsonl' })).not.toBe(key);
  });
});
