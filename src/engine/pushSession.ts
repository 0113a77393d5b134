import type { Logger } from '../base/logger';
import type { TokenizedRecord } from '../core/types';
import { deviceNames } from './device';
import { EngineError } from './errors';
import { expandedWeights } from './expandedWeights';
import { pushGraph } from './graphs';
import type { LoadedModel } from './loadedModel';
import { OrtSession, type SessionOptions } from './ortSession';
import { packBatch } from './packedBatch';
import { runPush } from './push';
import { relativeError } from './relativeError';
import { checkText } from './selfCheck';

/**
 * Above this a device computes another gradient. In fp32 the backward pass is some 1e-4 from the one in float64, as torch's is, and two
 * devices were up to 1.1e-3 from each other; a wrong kernel is off by .1 and more.
 */
const largestError = 1e-2;

/**
 * The session of the backward pass. The opening's self-check does not run that, and a driver may have kernels wrong that
 * nothing else needs: on any device but the CPU the push of the model's check text is compared with the CPU's first.
 * @throws EngineError `could-not-load`, `parity`
 */
export async function openPushSession(model: LoadedModel, options: SessionOptions, cacheFolder: string | null, logger: Logger): Promise<OrtSession> {
  const graph = pushGraph(model, await expandedWeights(model, cacheFolder, logger));
  // Its matrices are multiplied in both directions: packing them beforehand would hold each twice more.
  const open = (device: SessionOptions['device']) => OrtSession.create(graph, { ...options, device, prepack: false });
  const session = await open(options.device);
  const text = options.device === 'cpu' ? null : await checkText(model.folder);
  if (!text) return session;
  try {
    const cpu = await open('cpu');
    const error = await pushError(session, cpu, text, model.config.dModel).finally(() => cpu.release());
    const device = deviceNames[options.device];
    logger.info(`push on ${device} is off the CPU's by ${error.toPrecision(2)} of its size on ${text.ids.length} tokens`);
    refuseOtherPush(error, model.name, device);
    return session;
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** How far a device's push vector of a text is from the CPU's, |a - b| / |b|. */
export async function pushError(device: Pick<OrtSession, 'run'>, cpu: Pick<OrtSession, 'run'>, text: TokenizedRecord, dModel: number): Promise<number> {
  const pushOn = async (session: Pick<OrtSession, 'run'>) => (await runPush(session, [text], packBatch([text]), dModel))[0]!.push;
  return relativeError(await pushOn(device), await pushOn(cpu));
}

/** @throws EngineError `parity` where a push is not the CPU's, or no number */
export function refuseOtherPush(error: number, model: string, device: string): void {
  if (error <= largestError) return;
  throw new EngineError(
    'parity',
    `The push of ${model} on ${device} is not what the CPU computes (off by ${error.toPrecision(2)} of its size), so it is not used. Choose the processor (--device cpu, or the setting personaLens.engine.device), or leave push out.`,
  );
}
