import { describe, expect, test } from 'vitest';
import { CrashLog } from '../../../src/audit/crashLog';
import type { BatchNotice } from '../../../src/protocol';

const batch = (...hashes: string[]): BatchNotice => ({ work: 'activations', hashes, tokens: 10 * hashes.length });

describe('CrashLog', () => {
  test('the rows of the batch run alone afterwards, and one that comes through is cleared', () => {
    const log = new CrashLog();
    log.batch(batch('a', 'b', 'c'));
    expect(log.ended('SIGKILL')).toMatchObject({ during: 'activations of 3 rows', times: 1, care: { alone: ['a', 'b', 'c'], setAside: [] } });
    log.batch(batch('a'));
    log.batch(null);
    log.batch(batch('b'));
    const { care } = log.ended('SIGSEGV');
    expect(care!.alone).toEqual(['c']);
    expect(care!.setAside).toEqual([{ hash: 'b', work: 'activations', message: expect.stringMatching(/^This row cannot be scored: the engine stopped 2 times on its 10 tokens \(SIGSEGV\)\..*maxTokens/) as string }]);
    log.batch(batch('a'));
    expect(log.ended('SIGKILL').care!.alone).toEqual(['c', 'a']);
  });

  test('a row is set aside for what was done when it ended the engine, and only for that', () => {
    const log = new CrashLog();
    for (const _ of [1, 2]) {
      log.batch({ ...batch('a'), work: 'losses' });
      log.ended('SIGKILL');
    }
    log.batch(batch('b'));
    expect(log.ended('SIGKILL').care).toEqual({ alone: ['b'], setAside: [{ hash: 'a', work: 'losses', message: expect.stringMatching(/^Its loss could not be computed: the engine stopped 2 times on its 10 tokens \(SIGKILL\)/) as string }] });
  });

  test('a pass that comes through does not clear a row of what it did in another pass', () => {
    const log = new CrashLog();
    for (const _ of [1, 2]) {
      log.batch({ ...batch('a'), work: 'tokens' });
      log.batch(null);
      log.batch({ ...batch('a'), work: 'losses' });
      log.ended('SIGKILL');
    }
    log.batch({ ...batch('a'), work: 'tokens' });
    expect(log.ended('SIGKILL').care).toMatchObject({ alone: ['a'], setAside: [{ hash: 'a', work: 'losses' }] });
  });

  test('is given up after some ends in a row without a batch done, and a done batch starts the count again', () => {
    const log = new CrashLog({ inARow: 3, outside: 9, altogether: 99 });
    const end = (hash: string) => {
      log.batch(batch(hash));
      return log.ended('SIGKILL').care;
    };
    expect([end('a'), end('b')].every(Boolean)).toBe(true);
    log.batch(batch('c'));
    log.batch(null);
    expect([end('d'), end('e')].every(Boolean)).toBe(true);
    expect(end('f')).toBeNull();
  });

  test('is given up when it keeps ending where no batch runs', () => {
    const log = new CrashLog({ inARow: 9, outside: 2, altogether: 99 });
    expect(log.ended('exit code 1').care).toEqual({ alone: [], setAside: [] });
    expect(log.ended('exit code 1')).toMatchObject({ during: 'loading or between two batches', times: 2, care: null });
  });

  test('rows set aside do not use up what is borne altogether', () => {
    const log = new CrashLog({ inARow: 99, outside: 99, altogether: 3 });
    for (let row = 0; row < 10; row++) {
      for (const _ of [1, 2]) {
        log.batch(batch(`${row}`));
        expect(log.ended('SIGKILL').care).not.toBeNull();
      }
    }
    const care = ['x', 'y', 'z'].map((hash) => {
      log.batch(batch(hash));
      return log.ended('SIGKILL').care;
    });
    expect(care.map((each) => each === null)).toEqual([false, false, true]);
  });
});
