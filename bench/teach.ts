/**
 * What teaching costs on a file of 10,000 rows whose vectors are known: features once a file, then teaching and ranking after each mark.
 * No model runs: vectors and texts are made up, of the bundled model's size. usage: npm run bench -- teach [--rows 10000] [--marks 100] [--rounds 9]
 */
import { parseArgs } from 'node:util';
import { MIN_ORDINARY } from '../src/core/calibrate';
import { seeded } from '../src/core/probe';
import { prepareFeatures, teach, type TeachRow } from '../src/core/teach';

const { values: flags } = parseArgs({ options: { rows: { type: 'string', default: '10000' }, marks: { type: 'string', default: '100' }, rounds: { type: 'string', default: '9' } } });
const dModel = 576;
const random = seeded('bench', 'rows');
const words = Array.from({ length: 4000 }, () => Array.from({ length: 3 + random.below(7) }, () => String.fromCharCode(97 + random.below(26))).join(''));

function row(index: number): TeachRow {
  const vector = () => Float32Array.from({ length: dModel }, () => random.normal());
  const response = Array.from({ length: 60 }, () => words[Math.floor(words.length * random.uniform() ** 3)]).join(' ');
  return { index, line: index + 1, hash: String(index), question: String(index), source: null, main: { activation: vector(), push: vector(), response }, rejected: null, responseTokens: 80, loss: 2, cardScore: random.normal() };
}

/** On a machine with other work the clock says little, the processor's own time more. */
function timed<T>(work: () => T): { result: T; cpu: number } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, cpu: (user + system) / 1000 };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!.toFixed(0);

async function main(): Promise<void> {
  const rows = Array.from({ length: Number(flags.rows) }, (_, i) => row(i));
  const marks = Number(flags.marks);
  // Planted, so that the finding holds and p is computed as well, given enough good marks.
  for (const { main } of rows.slice(0, marks >> 1)) main.activation[0]! += 8;
  const start = performance.now();
  const features = await prepareFeatures(rows);
  console.log(`${rows.length} rows, kernels ${features.kernels.map(({ id }) => id).join(', ')}: prepared once in ${(performance.now() - start).toFixed(0)} ms`);
  const labelled = rows.slice(0, marks).map(({ hash }, i) => ({ hash, label: i < marks >> 1 ? ('bad' as const) : ('good' as const) }));
  // One good mark too few for p.
  const few = labelled.filter(({ label }, i) => label === 'bad' || i < (marks >> 1) + MIN_ORDINARY - 1);
  for (const [name, given] of [['order only', few], ['with p', labelled]] as const) {
    const times = Array.from({ length: Number(flags.rounds) }, () => timed(() => teach(features, given)));
    const { finding, chance, marks: counts } = times[0]!.result;
    console.log(
      `${name} (${counts.good} good and ${counts.bad} bad marks, ${finding}, ${chance ? 'p of every row' : 'no p'}): teach and test ${median(times.map(({ result }) => result.teachMs))} ms, rank ${median(times.map(({ result }) => result.rankMs))} ms; ` +
        `both ${median(times.map(({ cpu }) => cpu))} ms of processor time (median of ${times.length})`,
    );
  }
}

void main();
