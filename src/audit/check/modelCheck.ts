import { bareRecord } from '../../engine/bareRecord';
import type { Engine } from '../../engine/engine';
import { EngineError } from '../../engine/errors';
import { type MemoryRoom } from '../../engine/memoryNeed';
import { leastCosine } from '../../engine/selfCheck';
import { cosineWords, countWords } from '../../core/report';
import { type Tokenizer } from '../../core/text';
import { seeded } from '../../core/probe';
import type { CheckFinding, ModelCheck } from '../../core/types';
import { checkFolder } from './folder';
import { sampleText } from './sample';
import { Findings, bad, good, note } from './step';

export interface CheckOptions {
  folder: string;
  room: MemoryRoom;
  open(): Promise<Engine>;
  onFinding(finding: CheckFinding): void;
  signal?: AbortSignal | undefined;
}

/** Of a mean loss with guessing's: above it a model of the language is hardly what was opened. */
const gross = 0.7;
const speedTokens = 128;

/**
 * Looks at a model's files, opens it where they can be used and it fits, and measures it. What is found is a finding, not an exception.
 * @throws CancelledError
 */
export async function checkModel({ folder, room, open, onFinding, signal }: CheckOptions): Promise<ModelCheck> {
  const findings = new Findings(onFinding, signal);
  const files = await checkFolder(folder, room, findings);
  const engine = files && (await findings.look('device', open, ({ info: { device, deviceReason, precision, runtime } }) => good(`${device}, weights in ${precision}, ${runtime}${deviceReason === null ? '' : `; ${deviceReason}`}`, { device, deviceReason, precision, runtime })));
  if (files && engine) await measure(engine, files.tokenizer, findings);
  return {
    folder,
    name: engine?.info.model ?? null,
    hash: engine?.info.modelHash ?? null,
    usable: engine !== null && findings.all.every(({ state }) => state !== 'bad'),
    findings: findings.all,
  };
}

async function measure(engine: Engine, tokenizer: Tokenizer | null, findings: Findings): Promise<void> {
  const { config, hookPoint, medianNorm, card } = engine.model;
  const parallel = config.block(0).parallel ?? false;
  const { adapter } = engine.info;
  if (adapter) await findings.look('adapter', () => adapter, ({ name, hash, scale }) => good(`${name} at scale ${scale}: what follows is of the tuned model`, { name, hash, scale }));
  await findings.look('hook points', () => hookPoint, () =>
    good(`reads ${hookPoint}; the residual stream can be traced before the first block and after each of ${config.blocks}${parallel ? ' (attention and MLP are added at once, so there is no middle)' : ', and between attention and MLP'}`, { captured: hookPoint, blocks: config.blocks, middle: !parallel, medianNorm }),
  );
  await findings.look('parity', () => parityOf(engine), ({ minCosine, tokens, against, blocks }) => {
    const text = `cosine ${cosineWords(minCosine)} with ${against === 'reference' ? 'the packaged reference' : `plain operators after each of the first ${blocks} blocks`}, the worst of ${tokens} tokens`;
    const values = { minCosine, tokens, against, blocks };
    return minCosine >= leastCosine ? good(text, values) : bad(`${text}: this device does not compute what the model is. Try another one, and report this`, values);
  });
  if (tokenizer) {
    await findings.look('loss', () => lossOf(engine, tokenizer), (loss) => {
      const guessing = Math.log(config.vocabulary);
      const text = `${loss.toFixed(2)} nats a token on a short English text, where guessing gives ${guessing.toFixed(2)}`;
      const values = { loss, guessing };
      return loss < gross * guessing ? good(text, values) : note(`${text}: hardly better than guessing, so weights, config or tokenizer may not belong together, or the model knows no English`, values);
    });
  }
  await findings.look('speed', () => speedOf(engine), (tokensPerSecond) => good(`${countWords(tokensPerSecond)} tokens a second for activations; push takes three to four times as long`, { tokensPerSecond }));
  await findings.look('default card', () => card, () =>
    card === null
      ? note(`none yet: persona-lens card default --model ${engine.model.folder} makes one, or choose one with --card`, { present: false })
      : good('there', { present: true }),
  );
}

async function parityOf(engine: Engine): Promise<{ minCosine: number; tokens: number; against: 'reference' | 'plain operators'; blocks: number | null }> {
  if (engine.info.parity) return { ...engine.info.parity, against: 'reference', blocks: null };
  return { ...(await engine.plainParity()), against: 'plain operators' };
}

/** Mean over the sample's tokens, nats. */
async function lossOf(engine: Engine, tokenizer: Tokenizer): Promise<number> {
  const ids = tokenizer.encodeTrusted(sampleText).slice(0, engine.model.config.maxPositions);
  const [loss] = await engine.losses([bareRecord(ids)]);
  if (!Number.isFinite(loss)) throw new EngineError('not-finite', 'The loss of a short text is not a finite number. The weights are damaged, or training diverged: fetch them again, or choose an earlier checkpoint.');
  return loss!;
}

/** Of activations, in a batch of two rows. */
async function speedOf(engine: Engine): Promise<number> {
  const { maxPositions, vocabulary } = engine.model.config;
  const random = seeded(1, 'speed');
  const row = () => bareRecord(Array.from({ length: Math.min(speedTokens, maxPositions) }, () => random.below(vocabulary)));
  const rows = [row(), row()];
  await engine.vectors(rows.slice(1));
  const start = performance.now();
  await engine.vectors(rows);
  return (1000 * rows.reduce((sum, { ids }) => sum + ids.length, 0)) / (performance.now() - start);
}
