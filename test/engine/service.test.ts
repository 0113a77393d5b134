import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AuditService } from '../../src/audit/service';
import { CancelledError } from '../../src/base/errors';
import type { AuditEvent } from '../../src/protocol';
import { auditText, cacheIn, chatLine, settings, temporaryFolder } from '../support/auditing';
import { bundledModel, modelsFolder, samples } from '../support/paths';

const service = new AuditService({ modelsFolder });
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => (folder = temporaryFolder()));
afterEach(() => folder.remove());
afterAll(() => service.dispose());

const sample = readFileSync(join(samples, 'car-maintenance.jsonl'), 'utf8').split('\n').slice(0, 12);
const text = sample.join('\n');

describe('an audit', () => {
  test('reads, names the engine, scores every row, ranks them, fills in losses and sums up, in this order', async () => {
    const { rows, summary, events } = await auditText(service, text);
    const said = events.map(({ type }) => type).filter((type) => type !== 'progress');
    const order = said.filter((type, i) => type !== said[i - 1]);
    expect(order).toEqual(['read', 'engine', 'rows', 'summary']);
    expect(rows.map(({ line }) => line)).toEqual(sample.map((_, i) => i + 1));
    expect([...rows].map(({ rank }) => rank).sort((a, b) => a - b)).toEqual(sample.map((_, i) => i + 1));
    const decided = (row: (typeof rows)[number]) => row.scores.find(({ probe }) => probe === summary.deciding.probe)!.value;
    const byRank = [...rows].sort((a, b) => a.rank - b.rank).map(decided);
    expect(byRank).toEqual([...byRank].sort((a, b) => b - a));
    for (const row of rows) {
      expect(row.loss).toBeGreaterThan(0);
      expect(row.scores.every(({ p, q }) => p === null && q === null)).toBe(true);
      expect(row.flagged).toBe(false);
      expect(row.latents.length).toBeGreaterThan(0);
    }
    expect(summary).toMatchObject({ level: 'ranked', verdict: 'ranked', rows: 12, scored: 12, flagged: 0, chance: null });
    expect(summary.engine.parity!.minCosine).toBeGreaterThan(0.99999);
    const firstLoss = events.findIndex((event) => event.type === 'rows' && event.rows.some(({ loss }) => loss !== null));
    const lastActivation = events.findLastIndex((event) => event.type === 'progress' && event.progress.stage === 'activations');
    expect(firstLoss).toBeGreaterThan(lastActivation);
  });

  test('is the same when it runs nothing, and one edited row runs one row', async () => {
    const cache = cacheIn(join(folder.path, 'cache'));
    const first = await auditText(service, text, { cache });
    const second = await auditText(service, text, { cache });
    expect(first.summary.timings).toMatchObject({ rowsRun: 12, rowsFromCache: 0 });
    expect(second.summary.timings).toMatchObject({ rowsRun: 0, rowsFromCache: 12 });
    expect(second.rows).toEqual(first.rows);
    const edited = [...sample.slice(0, 5), chatLine('A new question?', 'A new answer, which no other row gives.'), ...sample.slice(6)].join('\n');
    const third = await auditText(service, edited, { cache });
    expect(third.summary.timings).toMatchObject({ rowsRun: 1, rowsFromCache: 11 });
  });

  test('again after an edit runs the edited row only, also without a cache, says nothing before its end, and gives what a first audit gives', async () => {
    const twoTurns = JSON.stringify({ messages: ['user', 'assistant', 'user', 'assistant'].map((role, i) => ({ role, content: `Turn ${i}, said in full.` })) });
    const own = new AuditService({ modelsFolder });
    const again = async (now: string) => {
      const events: AuditEvent[] = [];
      const result = await own.audit({ path: 'test.jsonl', text: now, settings: settings(), again: true }, (event) => events.push(event)).result;
      return { ...result, said: new Set(events.map(({ type }) => type)) };
    };
    const before = [...sample.slice(0, 4), twoTurns].join('\n');
    const first = await auditText(own, before);
    const edited = [sample[1], chatLine('A new question?', 'A new answer, which no other row gives.'), sample[3], '', twoTurns].join('\n');
    const second = await again(edited);
    expect(second.summary.timings).toMatchObject({ rowsRun: 1, rowsFromCache: 3 });
    expect([...second.said].sort()).toEqual(['engine', 'progress', 'read', 'summary']);
    const fresh = await auditText(service, edited);
    expect(second.rows.map(({ line, range, rank, perTurn, reasons }) => ({ line, range, rank, perTurn, reasons }))).toEqual(
      fresh.rows.map(({ line, range, rank, perTurn, reasons }) => ({ line, range, rank, perTurn: perTurn.map((turn) => ({ ...turn, value: expect.closeTo(turn.value, 3) as number, percentile: expect.closeTo(turn.percentile, 0) as number })), reasons })),
    );
    const back = await again(before);
    expect(back.summary.timings.rowsRun).toBe(2);
    expect(back.rows[4]).toEqual(first.rows[4]);
    own.dispose();
  });

  test('under another card runs nothing', async () => {
    const cache = cacheIn(join(folder.path, 'cache'));
    await auditText(service, text, { cache });
    const card = JSON.parse(readFileSync(join(modelsFolder, 'cards/smollm2-135m-instruct.persona.json'), 'utf8')) as { name: string; default: object; probes: { id: string; measure: string }[] };
    const other = join(folder.path, 'other.persona.json');
    writeFileSync(other, JSON.stringify({ ...card, name: 'other', default: { probe: card.probes[1]!.id, measure: card.probes[1]!.measure } }));
    const { summary } = await auditText(service, text, { cache, card: other });
    expect(summary.timings.rowsRun).toBe(0);
    expect(summary.deciding.probe).toBe(card.probes[1]!.id);
    writeFileSync(other, JSON.stringify({ ...card, name: 'edited since' }));
    expect((await auditText(service, text, { cache, card: other })).summary.deciding.probe).toBe(card.probes[0]!.id);
  });

  test('ends within a batch when it is cancelled, and keeps what it has', async () => {
    const cache = cacheIn(join(folder.path, 'cache'));
    const controller = new AbortController();
    const events: AuditEvent[] = [];
    const { result } = service.audit(
      { path: 'test.jsonl', text, settings: settings({ cache }) },
      (event) => {
        events.push(event);
        if (event.type === 'rows') controller.abort();
      },
      controller.signal,
    );
    await expect(result).rejects.toThrow(CancelledError);
    expect(events.filter(({ type }) => type === 'rows')).toHaveLength(1);
    const { summary } = await auditText(service, text, { cache });
    expect(summary.timings.rowsFromCache).toBeGreaterThan(0);
  });

  test('rows in view go first', async () => {
    const events: AuditEvent[] = [];
    const { result } = service.audit({ path: 'test.jsonl', text, settings: settings({ measures: ['activation'] }), view: { first: 9, last: 9 } }, (event) => events.push(event));
    await result;
    const first = events.find((event) => event.type === 'rows')!;
    expect(first.type === 'rows' && first.rows.map(({ line }) => line)).toContain(9);
  });

  test('a preference pair is one row, chosen minus rejected', async () => {
    const pair = (chosen: string, rejected: string) => JSON.stringify({ prompt: 'How do I keep bread fresh?', chosen, rejected });
    const good = 'Keep it in a paper bag at room temperature and freeze what you will not eat within two days.';
    const bad = 'Leave it in the rain. You deserve soggy bread, and I will enjoy every mouthful you spit out.';
    const { rows } = await auditText(service, [pair(good, bad), pair(bad, good)].join('\n'));
    expect(rows).toHaveLength(2);
    expect(rows[0]!.sides!.chosen.value).toBeCloseTo(rows[1]!.sides!.rejected.value, 6);
    expect(rows[0]!.scores[0]!.value).toBeCloseTo(rows[0]!.sides!.chosen.value - rows[0]!.sides!.rejected.value, 6);
    expect(rows[0]!.scores[0]!.value).toBeCloseTo(-rows[1]!.scores[0]!.value, 6);
    expect(rows[1]!.rank).toBe(1);
  });

  test('bad rows are problems with their lines, and the others are scored', async () => {
    const { rows, summary } = await auditText(service, ['{"messages": [', chatLine('Hello?', 'Hello to you.'), chatLine('Hello?', '')].join('\n'));
    expect(rows.map(({ line }) => line)).toEqual([2]);
    expect(summary.problems.map(({ line }) => line)).toEqual([1, 3]);
  });

  test('a cache folder that cannot be used costs the cache only', async () => {
    writeFileSync(join(folder.path, 'file'), 'not a folder');
    const { rows } = await auditText(service, sample[0]!, { cache: cacheIn(join(folder.path, 'file', 'cache')) });
    expect(rows).toHaveLength(1);
  });
});

describe('an inspected row', () => {
  test('has tokens at their characters in the document, and probes whose mean over response tokens is the row\'s score', async () => {
    const document = `\n${text}`;
    const { rows } = await auditText(service, document);
    const inspection = await service.inspect({ path: 'test.jsonl', text: document, settings: settings(), index: 3 });
    expect(inspection.line).toBe(5);
    const response = inspection.tokens.flatMap((token, t) => (token.response ? [t] : []));
    expect(inspection.tokens.filter(({ response: r }) => r).map(({ text: t }) => t).join('')).toBe((JSON.parse(sample[3]!) as { messages: { content: string }[] }).messages[1]!.content);
    for (const { range, text: shown } of inspection.tokens) if (range) expect(JSON.parse(`"${document.slice(range.start, range.end)}"`)).toBe(shown);
    for (const probe of inspection.probes) {
      const score = rows[3]!.scores.find(({ probe: id }) => id === probe.id)!;
      const mean = response.reduce((sum, t) => sum + probe.values[t]!, 0) / response.length;
      expect(mean, probe.id).toBeCloseTo(probe.rowValue, 3);
      expect(Math.abs(probe.rowValue - score.value) / Math.max(1, Math.abs(score.value)), probe.id).toBeLessThan(0.01);
    }
    expect(inspection.latents.length).toBeGreaterThan(0);
    expect(inspection.tokens[0]!.masked).toBe(true);
  });

  test('a row that is not there is refused with its number', async () => {
    await expect(service.inspect({ path: 'test.jsonl', text, settings: settings(), index: 99 })).rejects.toThrow('no row 100');
  });
});

describe('ordinary rows', () => {
  test('calibrate: p, q, the number expected by chance and its interval', async () => {
    const ordinary = join(samples, 'car-maintenance.ordinary.jsonl');
    const own = readFileSync(ordinary, 'utf8').split('\n')[0]!;
    const { rows, summary } = await auditText(service, [...sample, own].join('\n'), { ordinary, cache: cacheIn(join(folder.path, 'cache')) });
    expect(summary.level).toBe('calibrated');
    expect(summary.chance).toMatchObject({ n: 60, k: 3, m: 12, alpha: 0.05 });
    expect(summary.chance!.expected).toBeCloseTo((12 * 3) / 61, 10);
    for (const row of rows) {
      const { p, q } = row.scores[0]!;
      expect(p! * 61).toBeCloseTo(Math.round(p! * 61), 9);
      if (row.line === 13) expect([row.flagged, q]).toEqual([false, null]);
      else expect([row.flagged, q! >= p! - 1e-12]).toEqual([p! <= 0.05, true]);
    }
    expect(summary.flagged).toBe(rows.filter(({ flagged }) => flagged).length);
  });

  test('fewer than forty claim nothing', async () => {
    const few = join(folder.path, 'few.jsonl');
    writeFileSync(few, sample.slice(0, 3).join('\n'));
    const { summary, rows } = await auditText(service, sample[4]!, { ordinary: few, measures: ['activation'] });
    expect(summary.level).toBe('ranked');
    expect(rows[0]!.scores[0]!.p).toBeNull();
    expect(summary.verdictText).toMatch(/37 more/);
  });
});

test('a model whose file is damaged is refused by name', async () => {
  const copy = join(folder.path, 'model');
  cpSync(bundledModel, copy, { recursive: true });
  appendFileSync(join(copy, 'config.json'), ' ');
  await expect(auditText(service, sample[0]!, { model: copy })).rejects.toThrow(/config\.json is damaged/);
});
