import { extname } from 'node:path';
import { DatasetError } from '../datasetError';
import { isBlank } from './jsonText';

const HINT = 'Persona Lens reads JSON and JSONL.';

/** First bytes of formats that a dataset is often packed in. */
const PACKED: [bytes: number[], name: string, todo: string][] = [
  [[0x1f, 0x8b], 'gzip', 'Unpack it first (gunzip).'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'Zstandard', 'Unpack it first (zstd -d).'],
  [[0x50, 0x4b, 0x03, 0x04], 'ZIP', 'Unpack it first.'],
  [[0x50, 0x41, 0x52, 0x31], 'Parquet', 'Parquet is not read yet: save the rows as JSONL.'],
  [[0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], 'Arrow', 'Arrow is not read yet: save the rows as JSONL.'],
];

/** Throws for a file whose first bytes say that it holds no UTF-8 text. */
export function refuseBinary(head: Buffer, path: string): void {
  for (const [bytes, name, todo] of PACKED) {
    if (bytes.every((byte, at) => head[at] === byte)) {
      throw new DatasetError('unsupported-format', `${path} is a ${name} file. ${todo} ${HINT}`);
    }
  }
  if (isUtf16(head)) throw new DatasetError('not-utf8', `${path} is UTF-16, not UTF-8. Save it with the encoding UTF-8.`);
}

/** Throws for a file that begins as neither JSON nor JSONL does. */
export function refuseNotJson(head: Buffer, path: string): never {
  if (head.includes(0)) throw new DatasetError('binary', `${path} is a binary file. ${HINT}`);
  if (looksLikeCsv(head.toString('utf8'), path)) {
    throw new DatasetError('unsupported-format', `${path} looks like CSV, which is not read yet. Save the rows as JSONL, one object a line.`);
  }
  throw new DatasetError('not-json', `${path} is neither JSON nor JSONL: it begins with neither { nor [. ${HINT}`);
}

function isUtf16(head: Buffer): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = head;
  const mark = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  return mark || (isAscii(a) && b === 0 && isAscii(c) && d === 0) || (a === 0 && isAscii(b) && c === 0 && isAscii(d));
}

function isAscii(byte: number): boolean {
  return isBlank(byte) || (byte >= 0x20 && byte < 0x7f);
}

function looksLikeCsv(text: string, path: string): boolean {
  if (/^\.[ct]sv$/i.test(extname(path))) return true;
  const [header = ''] = text.split(/\r?\n/, 1);
  return /^[\w "'.-]+([,;\t][\w "'.-]+)+$/.test(header);
}
