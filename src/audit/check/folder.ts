import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesWords, countWords } from '../../core/report';
import { type Checkpoint, openCheckpoint, residPost } from '../../core/model';
import { bytesPerElement } from '../../core/onnx';
import { RecordTokenizer, TextError, Tokenizer } from '../../core/text';
import { type MemoryRoom, memoryNeed, refuseTooLarge } from '../../engine/memoryNeed';
import { type Findings, good, note } from './step';

/** What a model's files say of it, before anything of the weights is loaded. Null where they cannot be used. */
export async function checkFolder(folder: string, room: MemoryRoom, findings: Findings): Promise<{ checkpoint: Checkpoint; tokenizer: Tokenizer | null } | null> {
  const checkpoint = await findings.look('architecture', () => openCheckpoint(folder), ({ config, weights }) => {
    const { modelType, blocks, dModel, heads, keyValueHeads, vocabulary, maxPositions } = config;
    const parameters = weights.sizes().reduce((sum, { dtype, bytes }) => sum + bytes / bytesPerElement[dtype], 0);
    return good(
      `${modelType}: ${blocks} blocks of width ${countWords(dModel)}, ${heads} heads over ${keyValueHeads} of keys and values, ${countWords(vocabulary)} tokens, ${countWords(maxPositions)} positions`,
      { modelType, blocks, dModel, heads, keyValueHeads, vocabulary, maxPositions, parameters },
    );
  });
  if (!checkpoint) return null;
  const { weights, config } = checkpoint;
  await findings.look('source format', () => access(join(folder, 'manifest.json')).then(() => true, () => false), (isPackaged) => {
    const [files, bytes, precision] = [weights.files().length, weights.byteLength(), weights.precision()];
    return good(`${isPackaged ? 'packaged model' : 'checkpoint folder'}: ${countWords(weights.names().length)} tensors, ${bytesWords(bytes)}, most of them ${precision}, in ${files === 1 ? 'one safetensors file' : `${files} safetensors files`}`, { packaged: isPackaged, tensors: weights.names().length, files, bytes, precision });
  });
  const need = memoryNeed(checkpoint, residPost(Math.floor(config.blocks / 2)));
  const fits = await findings.look(
    'memory',
    () => {
      refuseTooLarge(folder, need, room);
      return true;
    },
    () => {
      const text = `about ${bytesWords(need.reading)} to read activations, ${bytesWords(need.push)} with push; ${bytesWords(room.free)} of ${bytesWords(room.total)} are free`;
      const values = { ...need, free: room.free, total: room.total };
      return need.push <= room.free ? good(text, values) : note(`${text}: push may not fit, turn it off (--measures activation,loss, or the setting personaLens.push)`, values);
    },
  );
  if (!fits) return null;
  const tokenizer = await findings.look('tokenizer', () => Tokenizer.load(folder), (loaded) => {
    const [size, { addBos, controlTokens }] = [loaded.size(), loaded];
    const values = { size, vocabulary: config.vocabulary, controlTokens: controlTokens.size, addsBos: addBos };
    if (size > config.vocabulary)
      return note(`${countWords(size)} tokens, and ${countWords(config.vocabulary)} have an embedding: rows that hold the others are refused. The tokenizer and the weights may not belong together`, values);
    return good(`${countWords(size)} tokens, ${countWords(controlTokens.size)} of them control tokens${addBos ? '; texts begin with bos' : ''}`, values);
  });
  if (tokenizer) await findings.look('chat template', () => templateOf(folder), (hasTemplate) => (hasTemplate ? good('renders a message', { present: true }) : note('none: for a base model choose the template "none", or the file of the template that training used', { present: false })));
  return { checkpoint, tokenizer };
}

/** Whether there is one that renders a message. @throws TextError for one that does not */
async function templateOf(folder: string): Promise<boolean> {
  try {
    (await RecordTokenizer.load(folder, { kind: 'model' }, null)).userMessage('Hello');
    return true;
  } catch (error) {
    if (error instanceof TextError && error.reason === 'not-found') return false;
    throw error;
  }
}

