import { describe, expect, it } from 'vitest';
import { blocksOf, foldsOf } from '../../../src/core/probe';
import { solveDual } from '../../../src/core/teach/dualRidge';
import { heldOutScores } from '../../../src/core/teach/heldOut';
import { markedRows } from '../../../src/core/teach/marks';
import { markedSystems } from '../../../src/core/teach/system';
import { marksOn, plantedFeatures, range } from './synthetic';

describe('folds', () => {
  it('never split a question', async () => {
    const { rows } = await plantedFeatures({ perQuestion: 3 });
    const { marked } = markedRows(rows, marksOn(range(0, 60)));
    for (const { heldOut, training } of foldsOf(blocksOf(marked, 'x'))) {
      const questions = (blocks: typeof heldOut) => new Set(blocks.flatMap((block) => block.rows.map((mark) => marked[mark]!.question)));
      const trained = questions(training);
      expect([...questions(heldOut)].filter((question) => trained.has(question))).toEqual([]);
    }
  });

  it('hold out whole sources where three of them hold both kinds and no question stands in two', async () => {
    const spread = await plantedFeatures({ sources: 3 });
    const { marked, groupedBy } = markedRows(spread.rows, marksOn(range(0, 30)));
    expect(groupedBy).toBe('source');
    expect(foldsOf(blocksOf(marked, 'x')).map(({ name }) => name).sort()).toEqual(['source 0', 'source 1', 'source 2']);
    const crossing = await plantedFeatures({ sources: 3, perQuestion: 2 });
    expect(markedRows(crossing.rows, marksOn(range(0, 30))).groupedBy).toBe('question');
  });

  it('score a mark by a probe that did not see it: another label of its own changes nothing', async () => {
    const features = await plantedFeatures();
    const { marked } = markedRows(features.rows, marksOn(range(0, 20)));
    const system = markedSystems(features, marked).all;
    const blocks = blocksOf(marked, 'x');
    const before = heldOutScores(system, blocks);
    const block = blocks[0]!.rows;
    const labels = system.labels.map((label, mark) => (block.includes(mark) ? -label : label)) as Int8Array;
    const after = heldOutScores({ ...system, labels }, blocks);
    for (const mark of block) expect(after.scores[mark]).toBeCloseTo(before.scores[mark]!, 12);
    expect(after.scores.some((score, mark) => !block.includes(mark) && Math.abs(score - before.scores[mark]!) > 1e-6)).toBe(true);
  });
});

describe('solveDual', () => {
  it('solves (K + lambda s I) alpha + b = y with sum alpha = 0', () => {
    const gram = Float64Array.of(2, 0.5, 0.1, 0.5, 1, 0.2, 0.1, 0.2, 3);
    const y = [1, -1, 1];
    const { alphas, biases } = solveDual(gram, 3, 0.7, [y]);
    const alpha = alphas[0]!;
    expect(alpha[0]! + alpha[1]! + alpha[2]!).toBeCloseTo(0, 12);
    for (let r = 0; r < 3; r++) {
      let left = biases[0]! + 0.7 * 2 * alpha[r]!;
      for (let c = 0; c < 3; c++) left += gram[r * 3 + c]! * alpha[c]!;
      expect(left).toBeCloseTo(y[r]!, 12);
    }
  });
});
