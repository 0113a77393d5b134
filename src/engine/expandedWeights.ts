import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../base/errors';
import { sha256, sha256File } from '../base/hash';
import type { Logger } from '../base/logger';
import { type FloatMatrix, quantisedAfter } from '../core/model';
import type { Initializer, Node } from '../core/onnx';
import { byteLength, readSafetensorsHeader, safetensorsHeader } from '../core/tensors';
import type { LoadedModel } from './loadedModel';

/** Raised when a file of expanded weights is laid out in another way. */
const layout = 1;

/** What must stay free on the disk beside the file. */
const spare = 64 << 20;

/** The float matrix that a MatMulNBits node stands for. */
export type ExpandedWeights = (node: Node) => Initializer;

/**
 * The model's quantised matrices after its hook point in fp32, which the backward pass needs. They lie once in the cache
 * folder, as a safetensors file named by its own SHA-256 that every process maps; a file that is not what its name says
 * is written anew. Without a folder, or where it cannot take the file, they are held in memory, and the log says so.
 */
export async function expandedWeights(model: LoadedModel, folder: string | null, logger: Logger): Promise<ExpandedWeights> {
  const matrices = quantisedAfter(model.graph, model.hookPoint, model.weights);
  const initializers = (folder && (await onDisk(matrices, model, join(folder, 'weights'), logger))) || (await inMemory(matrices));
  return (node) => {
    const name = node.inputs[1]!.replace(/\.qweight$/, '.weight');
    const found = initializers.get(name);
    if (!found) throw new Error(`${name} was not expanded`);
    return found;
  };
}

async function inMemory(matrices: FloatMatrix[]): Promise<Map<string, Initializer>> {
  const result = new Map<string, Initializer>();
  for (const { name, shape, read } of matrices) result.set(name, { name, dtype: 'float32', dims: shape, data: bytesOf(await read()) });
  return result;
}

async function onDisk(matrices: FloatMatrix[], model: LoadedModel, folder: string, logger: Logger): Promise<Map<string, Initializer> | null> {
  const prefix = `${sha256(`${layout} ${model.hash} ${model.hookPoint}`).slice(0, 16)}-`;
  try {
    await mkdir(folder, { recursive: true });
    const file = (await findWhole(folder, prefix, logger)) ?? (await write(matrices, folder, prefix, logger));
    const tensors = await readSafetensorsHeader(file);
    return new Map([...tensors].map(([name, { dtype, shape, bytes }]) => [name, { name, dtype, dims: shape, data: bytes }]));
  } catch (error) {
    logger.warn(`the expanded weights are held in memory, because the cache folder does not take them: ${messageOf(error)}`);
    return null;
  }
}

/** A file whose bytes are those its name tells; damaged ones are removed. */
async function findWhole(folder: string, prefix: string, logger: Logger): Promise<string | null> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith('.safetensors')) continue;
    const file = join(folder, name);
    if (name === `${prefix}${await sha256File(file)}.safetensors`) return file;
    logger.warn(`${name} in the cache is damaged and is written anew`);
    await unlink(file).catch(() => undefined);
  }
  return null;
}

async function write(matrices: FloatMatrix[], folder: string, prefix: string, logger: Logger): Promise<string> {
  const header = safetensorsHeader(matrices.map(({ name, shape }) => ({ name, dtype: 'float32', shape })));
  const size = header.length + matrices.reduce((sum, { shape }) => sum + byteLength('float32', shape), 0);
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < size + spare) throw new Error(`${megabytes(size + spare)} MB are needed in ${folder}, and ${megabytes(bavail * bsize)} MB are free`);
  const temporary = join(folder, `.tmp-${process.pid}-${randomBytes(6).toString('hex')}`);
  const hash = createHash('sha256');
  try {
    const handle = await open(temporary, 'wx');
    try {
      const append = async (bytes: Uint8Array) => {
        hash.update(bytes);
        await handle.writeFile(bytes);
      };
      await append(header);
      for (const { read } of matrices) await append(bytesOf(await read()));
      await handle.sync();
    } finally {
      await handle.close();
    }
    const file = join(folder, `${prefix}${hash.digest('hex')}.safetensors`);
    await rename(temporary, file);
    logger.info(`wrote ${megabytes(size)} MB of expanded weights for push`);
    return file;
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength: length }: Float32Array): Uint8Array => new Uint8Array(buffer as ArrayBuffer, byteOffset, length);
const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6);
