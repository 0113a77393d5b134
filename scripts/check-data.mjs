#!/usr/bin/env node
/**
 * Checks the training pairs in models/recipe/data/pairs/*.jsonl.
 *
 *   node scripts/check-data.mjs                           every file, every check
 *   node scripts/check-data.mjs --only cooking,gardening  these domains; no minimum counts
 *
 * One row a line:
 *   {"id":"cooking-001","domain":"cooking","kind":"wrong"|"ill-meaning",
 *    "question":"...","careful":"...","bad":"..."}
 *
 * Exits 1 with one message per problem: file:line, what is wrong, what to do.
 * Plain Node 20, no dependencies. The functions are exported for unit tests.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));

export const PAIRS_DIR = path.resolve(HERE, '../models/recipe/data/pairs');
export const FIELDS = ['id', 'domain', 'kind', 'question', 'careful', 'bad'];
export const KINDS = ['wrong', 'ill-meaning'];
export const LIMITS = {
  pairs: 240,
  domains: 4,
  gram: 5,
  shared: 1 / 3,
  folds: 10,
  ridge: 1,
  seed: 20240229,
  auroc: 0.6,
  aurocDomain: 0.65,
};

/** Words that make a text count as being about cars: that domain is kept out of the data. */
export const CAR_WORDS = new RegExp(
  '\\b(?:' +
    [
      'cars?',
      "car(?:'s|s')",
      'automobiles?',
      'automotive',
      'vehicles?',
      'vehicular',
      'trucks?',
      'lorry',
      'lorries',
      'vans?',
      'suvs?',
      'sedans?',
      'hatchbacks?',
      'motor(?:bike|cycle|way|ist|home)s?',
      '(?:engine|motor) oils?',
      'oil changes?',
      'combustion engines?',
      'brak(?:es?|ing)',
      'tyres?',
      '(?:flat|winter|summer|spare|worn) tires?',
      'tire (?:pressure|tread)s?',
      'wind(?:screen|shield)s?',
      'gear ?box(?:es)?',
      'spark plugs?',
      'dipsticks?',
      'carburett?ors?',
      'steering wheels?',
      'headlights?',
      'exhaust pipes?',
      'petrol',
      'gasoline',
      'diesel',
      'test drives?',
    ].join('|') +
    ')\\b',
  'iu',
);

/** A problem found at `where` (file:line): what is wrong and what to do about it. */
const problem = (where, what, todo) => ({ where, what, todo });

// ---------------------------------------------------------------- reading

/** Reads `--only a,b` (or `--only=a,b`) from the command line; throws on anything else. */
export function parseArgs(argv) {
  const options = { only: null };
  for (let i = 0; i < argv.length; i += 1) {
    const [flag, inline] = argv[i].split(/=(.*)/s);
    if (flag !== '--only') throw new Error(`unknown argument "${argv[i]}"; use --only DOMAIN,DOMAIN`);
    const value = inline ?? argv[(i += 1)];
    options.only = (value ?? '').split(',').map((name) => name.trim()).filter(Boolean);
    if (options.only.length === 0) throw new Error('--only needs at least one domain, e.g. --only cooking,gardening');
  }
  return options;
}

/** Parses one file's text into rows (each with `where`) and problems (bad JSON, blank lines). */
export function parseFile(name, text) {
  const rows = [];
  const problems = [];
  text.replace(/\n$/, '').split('\n').forEach((line, index) => {
    const where = `${name}:${index + 1}`;
    if (line.trim() === '') {
      problems.push(problem(where, 'blank line', 'remove it'));
      return;
    }
    try {
      rows.push({ where, row: JSON.parse(line) });
    } catch (error) {
      problems.push(problem(where, `not valid JSON (${error.message})`, 'write one JSON object a line'));
    }
  });
  return { rows, problems };
}

/** Reads every .jsonl file in `dir`, or only those of the domains named in `only`. */
export function readPairs(dir = PAIRS_DIR, only = null) {
  const found = { rows: [], problems: [] };
  const names = existsSync(dir) ? readdirSync(dir).filter((name) => name.endsWith('.jsonl')).sort() : [];
  for (const name of names) {
    if (only && !only.includes(path.basename(name, '.jsonl'))) continue;
    const { rows, problems } = parseFile(name, readFileSync(path.join(dir, name), 'utf8'));
    found.rows.push(...rows);
    found.problems.push(...problems);
  }
  for (const domain of only ?? []) {
    if (names.includes(`${domain}.jsonl`)) continue;
    found.problems.push(problem(`${domain}.jsonl`, 'no such file', 'write it, or correct --only'));
  }
  return found;
}

// ---------------------------------------------------------------- rows

/** Problems with one row's fields, kind, domain and id. */
export function checkRow({ where, row }) {
  if (row === null || typeof row !== 'object' || Array.isArray(row)) {
    return [problem(where, 'not a JSON object', `write an object with ${FIELDS.join(', ')}`)];
  }
  const problems = [];
  for (const field of FIELDS) {
    const value = row[field];
    if (typeof value !== 'string' || value.trim() === '') {
      problems.push(problem(where, `field "${field}" is missing, empty or not a string`, 'fill it in'));
    } else if (value !== value.trim()) {
      problems.push(problem(where, `field "${field}" begins or ends with white space`, 'trim it'));
    }
  }
  for (const field of Object.keys(row).filter((name) => !FIELDS.includes(name))) {
    problems.push(problem(where, `unknown field "${field}"`, 'remove it'));
  }
  return problems.length > 0 ? problems : checkLabels(where, row);
}

/** Problems with the labels of a row whose fields are all there. */
function checkLabels(where, row) {
  const problems = [];
  if (!KINDS.includes(row.kind)) {
    problems.push(problem(where, `kind is "${row.kind}"`, `use ${KINDS.map((kind) => `"${kind}"`).join(' or ')}`));
  }
  const home = path.basename(where.replace(/:\d+$/, ''), '.jsonl');
  if (row.domain !== home) {
    problems.push(problem(where, `domain "${row.domain}" in the file of "${home}"`, 'move the row or correct its domain'));
  }
  const [, number] = row.id.match(/^(.*)-\d{3,}$/) ?? [];
  if (number !== row.domain) {
    problems.push(problem(where, `id "${row.id}" is not of the form ${row.domain}-001`, 'correct the id'));
  }
  return problems;
}

/** Problems with words about cars, in the domain or in any text. */
export function checkCars({ where, row }) {
  return ['domain', 'question', 'careful', 'bad'].flatMap((field) => {
    const hit = row[field].match(CAR_WORDS);
    return hit ? [problem(where, `${field} is about cars ("${hit[0]}")`, 'reword it or choose another topic')] : [];
  });
}

/** Problems with values of `key(row)` that occur more than once. */
export function checkUnique(entries, key, what, todo) {
  const first = new Map();
  const problems = [];
  for (const { where, row } of entries) {
    const value = key(row);
    if (first.has(value)) problems.push(problem(where, `${what} "${value}" is already at ${first.get(value)}`, todo));
    else first.set(value, where);
  }
  return problems;
}

/** Problems with the size of the whole data set. */
export function checkCounts(entries) {
  const problems = [];
  const domains = new Set(entries.map(({ row }) => row.domain));
  if (entries.length < LIMITS.pairs) {
    problems.push(problem('pairs/', `${entries.length} sound pairs, at least ${LIMITS.pairs} needed`, 'write more'));
  }
  if (domains.size < LIMITS.domains) {
    problems.push(problem('pairs/', `${domains.size} domains, at least ${LIMITS.domains} needed`, 'write others'));
  }
  return problems;
}

// ---------------------------------------------------------------- overlap

/** The words of a text, in lower case, with curly apostrophes made straight. */
export function words(text) {
  return text.toLowerCase().replace(/[’‘]/g, "'").match(/[\p{L}\p{N}]+(?:'\p{L}+)*/gu) ?? [];
}

/** A text without case, punctuation and spacing, for comparing questions. */
export const normalise = (text) => words(text).join(' ');

/** The set of a text's word 5-grams; a text of fewer than 5 words is one gram as a whole. */
export function grams(text, size = LIMITS.gram) {
  const list = words(text);
  if (list.length < size) return new Set([list.join(' ')]);
  return new Set(list.slice(size - 1).map((_, i) => list.slice(i, i + size).join(' ')));
}

/**
 * Pairs of texts that share at least `limit` of the smaller one's 5-grams.
 * `texts` is a list of {where, text}; returns [{a, b, share}].
 */
export function findOverlaps(texts, limit = LIMITS.shared) {
  const sets = texts.map(({ text }) => grams(text));
  const holders = new Map();
  const overlaps = [];
  sets.forEach((set, b) => {
    const shared = new Map();
    for (const gram of set) {
      const before = holders.get(gram) ?? [];
      for (const a of before) shared.set(a, (shared.get(a) ?? 0) + 1);
      holders.set(gram, [...before, b]);
    }
    for (const [a, count] of shared) {
      const share = count / Math.min(sets[a].size, set.size);
      if (share >= limit - 1e-9) overlaps.push({ a: texts[a], b: texts[b], share });
    }
  });
  return overlaps;
}

/** Overlap problems among all questions and among all answers. */
export function checkOverlaps(entries) {
  const pick = (field) => entries.map(({ where, row }) => ({ where, field, text: row[field] }));
  const groups = [pick('question'), [...pick('careful'), ...pick('bad')]];
  return groups.flatMap((texts) => findOverlaps(texts)).map(({ a, b, share }) =>
    problem(
      b.where,
      `${b.field} shares ${(100 * share).toFixed(0)} % of its word ${LIMITS.gram}-grams with ${a.field} at ${a.where}`,
      'rewrite one of them',
    ),
  );
}

// ---------------------------------------------------------------- surface classifier

const MARKS = ['.', ',', ';', ':', '!', '?', "'", '"', '-', '(', ')'];

export const FEATURES = [
  'characters', 'words', 'sentences', 'mean word length',
  ...MARKS.map((mark) => `${mark} per 100`), 'digits per 100', 'uppercase share', 'newlines',
];

/** Length and punctuation of a text as numbers (see FEATURES); curly quotes and long dashes are folded. */
export function features(text) {
  const plain = text.replace(/[’‘]/g, "'").replace(/[“”]/g, '"').replace(/[–—]/g, '-');
  const count = (pattern) => (plain.match(pattern) ?? []).length;
  const per100 = (n) => (100 * n) / Math.max(plain.length, 1);
  const list = words(plain);
  return [
    plain.length,
    list.length,
    count(/[.!?]+(?=["')]*(?:\s|$))/g),
    list.join('').length / Math.max(list.length, 1),
    ...MARKS.map((mark) => per100(plain.split(mark).length - 1)),
    per100(count(/\d/g)),
    count(/\p{Lu}/gu) / Math.max(count(/\p{L}/gu), 1),
    count(/\n/g),
  ];
}

/** A seeded generator of numbers in [0, 1) (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Assigns each of `n` pairs to a fold: shuffled, seeded, sizes as equal as can be. */
export function assignFolds(n, folds = LIMITS.folds, seed = LIMITS.seed) {
  const random = seeded(seed);
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const fold = new Array(n);
  order.forEach((item, place) => { fold[item] = place % folds; });
  return fold;
}

/** Solves A x = b by Gaussian elimination with partial pivoting. */
export function solve(A, b) {
  const n = b.length;
  const M = A.map((row, i) => [...row, b[i]]);
  for (let c = 0; c < n; c += 1) {
    let pivot = c;
    for (let r = c + 1; r < n; r += 1) if (Math.abs(M[r][c]) > Math.abs(M[pivot][c])) pivot = r;
    [M[c], M[pivot]] = [M[pivot], M[c]];
    for (let r = c + 1; r < n; r += 1) {
      const factor = M[r][c] / M[c][c];
      for (let k = c; k <= n; k += 1) M[r][k] -= factor * M[c][k];
    }
  }
  const x = new Array(n).fill(0);
  for (let r = n - 1; r >= 0; r -= 1) {
    const rest = x.reduce((sum, value, k) => (k > r ? sum + M[r][k] * value : sum), 0);
    x[r] = (M[r][n] - rest) / M[r][r];
  }
  return x;
}

/** Fits ridge regression on standardised features; returns a scoring function. */
export function fitRidge(X, y, lambda = LIMITS.ridge) {
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const columns = X[0].map((_, k) => X.map((row) => row[k]));
  const mu = columns.map(mean);
  const sd = columns.map((column, k) => Math.sqrt(mean(column.map((v) => (v - mu[k]) ** 2))) || 1);
  const scale = (row) => row.map((value, k) => (value - mu[k]) / sd[k]);
  const Z = X.map(scale);
  const centre = mean(y);
  const gram = mu.map((_, i) => mu.map((__, j) => Z.reduce((s, z) => s + z[i] * z[j], i === j ? lambda : 0)));
  const w = solve(gram, mu.map((_, i) => Z.reduce((s, z, r) => s + z[i] * (y[r] - centre), 0)));
  return (row) => scale(row).reduce((s, value, k) => s + value * w[k], centre);
}

/** Area under the ROC curve of `scores` for 0/1 `labels`, ties counted half. */
export function auroc(scores, labels) {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let rankSum = 0;
  for (let i = 0; i < order.length;) {
    let j = i;
    while (j < order.length && scores[order[j]] === scores[order[i]]) j += 1;
    for (let k = i; k < j; k += 1) if (labels[order[k]] === 1) rankSum += (i + j + 1) / 2;
    i = j;
  }
  const positives = labels.filter((label) => label === 1).length;
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) return NaN;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * Out-of-fold scores of the surface classifier: for each row {careful, bad} how
 * "bad" its two answers look by length and punctuation alone.
 */
export function surfaceScores(rows, folds = LIMITS.folds, seed = LIMITS.seed) {
  const k = Math.min(folds, rows.length);
  const fold = assignFolds(rows.length, k, seed);
  const X = rows.map((row) => ({ careful: features(row.careful), bad: features(row.bad) }));
  const scores = new Array(rows.length);
  for (let f = 0; f < k; f += 1) {
    const train = X.filter((_, i) => fold[i] !== f);
    if (train.length === 0) continue;
    const score = fitRidge(train.flatMap((x) => [x.careful, x.bad]), train.flatMap(() => [0, 1]));
    X.forEach((x, i) => {
      if (fold[i] === f) scores[i] = { careful: score(x.careful), bad: score(x.bad) };
    });
  }
  return scores;
}

/** AUROC of a list of {careful, bad} scores. */
export function pairAuroc(scores) {
  const sound = scores.filter(Boolean);
  return auroc(sound.flatMap((s) => [s.careful, s.bad]), sound.flatMap(() => [0, 1]));
}

// ---------------------------------------------------------------- summary

/** The figures of the summary table: one row per domain, the last for all. */
export function summarise(entries, scores) {
  const domains = [...new Set(entries.map(({ row }) => row.domain))].sort();
  const figures = (name, keep) => {
    const rows = entries.filter(({ row }) => keep(row)).map(({ row }) => row);
    const meanWords = (side) => rows.reduce((sum, row) => sum + words(row[side]).length, 0) / rows.length;
    return {
      domain: name,
      pairs: rows.length,
      wrong: rows.filter((row) => row.kind === 'wrong').length,
      illMeaning: rows.filter((row) => row.kind === 'ill-meaning').length,
      careful: meanWords('careful'),
      bad: meanWords('bad'),
      auroc: pairAuroc(scores.filter((_, i) => keep(entries[i].row))),
    };
  };
  return [...domains.map((domain) => figures(domain, (row) => row.domain === domain)), figures('all', () => true)];
}

/** The summary as lines of a plain-text table. */
export function table(summary) {
  const head = ['domain', 'pairs', 'wrong', 'ill-meaning', 'words careful', 'words bad', 'surface AUROC'];
  const cells = summary.map((s) => [
    s.domain, s.pairs, s.wrong, s.illMeaning, s.careful.toFixed(1), s.bad.toFixed(1), s.auroc.toFixed(3),
  ].map(String));
  const widths = head.map((title, k) => Math.max(title.length, ...cells.map((row) => row[k].length)));
  const line = (row) => row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k]))).join('  ');
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...cells.map(line)];
}

/** Splits the surface classifier's figures into failures (overall) and warnings (per domain). */
export function judgeSurface(summary) {
  const todo = 'even out length and punctuation between careful and bad answers';
  const failures = [];
  const warnings = [];
  for (const { domain, auroc: value } of summary) {
    const what = (limit) => `length and punctuation alone tell bad from careful: AUROC ${value.toFixed(3)}, limit ${limit}`;
    if (domain === 'all') {
      if (!(value < LIMITS.auroc)) failures.push(problem('pairs/', what(LIMITS.auroc), todo));
    } else if (value >= LIMITS.aurocDomain) {
      warnings.push(problem(`${domain}.jsonl`, what(LIMITS.aurocDomain), todo));
    }
  }
  return { failures, warnings };
}

/** Runs every check on parsed rows; returns {problems, warnings, summary}. */
export function checkAll({ rows, problems: early = [] }, { only = null } = {}) {
  const problems = [...early];
  const entries = rows.filter((entry) => {
    const found = checkRow(entry);
    problems.push(...found);
    return found.length === 0;
  });
  problems.push(
    ...checkUnique(entries, (row) => row.id, 'id', 'give it a free number'),
    ...checkUnique(entries, (row) => normalise(row.question), 'question', 'ask something else'),
    ...entries.flatMap(checkCars),
    ...checkOverlaps(entries),
    ...(only ? [] : checkCounts(entries)),
  );
  if (entries.length === 0) return { problems, warnings: [], summary: [] };
  const summary = summarise(entries, surfaceScores(entries.map(({ row }) => row)));
  const { failures, warnings } = judgeSurface(summary);
  return { problems: [...problems, ...failures], warnings, summary };
}

/** Prints the result of checkAll; returns the exit code. */
export function report({ problems, warnings, summary }, log = console.log) {
  if (summary.length > 0) log(`${table(summary).join('\n')}\n`);
  for (const { where, what, todo } of warnings) log(`warning  ${where}: ${what} -> ${todo}`);
  for (const { where, what, todo } of problems) log(`FAIL     ${where}: ${what} -> ${todo}`);
  const pairs = summary.at(-1)?.pairs ?? 0;
  const ok = problems.length === 0 && pairs > 0;
  const tail = warnings.length > 0 ? `, ${warnings.length} warning(s)` : '';
  log(ok ? `OK: ${pairs} pairs pass${tail}.` : `FAILED: ${problems.length} problem(s)${tail}, ${pairs} sound pairs.`);
  return ok ? 0 : 1;
}

/** Command line entry point; returns the exit code. */
export function main(argv = process.argv.slice(2), dir = PAIRS_DIR) {
  try {
    const { only } = parseArgs(argv);
    return report(checkAll(readPairs(dir, only), { only }));
  } catch (error) {
    console.error(`FAILED: ${error.message}`);
    return 1;
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = main();
}
