// A model folder that opens in milliseconds: a golden checkpoint with a byte-level tokenizer and a chat template beside it.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const models = fileURLToPath(new URL('../golden/fixtures/models', import.meta.url));
const control = ['<|im_start|>', '<|im_end|>'];

/** One token a byte, in the letters that byte-level vocabularies write bytes with, and two control tokens. */
function byteTokenizer() {
  const printable = (byte) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  const letters = Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
  return {
    version: '1.0',
    added_tokens: control.map((content, i) => ({ id: 256 + i, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', dropout: null, unk_token: null, vocab: Object.fromEntries(letters.map((letter, byte) => [letter, byte])), merges: [] },
  };
}

const template = "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}";

/**
 * @param {string} folder made where it is not there
 * @param {string} [name] of the golden model; 320 tokens, four blocks of width 48
 * @returns {string} the folder
 */
export function makeTinyModel(folder, name = 'llama') {
  mkdirSync(folder, { recursive: true });
  for (const file of ['config.json', 'model.safetensors']) copyFileSync(join(models, name, file), join(folder, file));
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(byteTokenizer()));
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ eos_token: control[1] }));
  writeFileSync(join(folder, 'chat_template.jinja'), template);
  return folder;
}
