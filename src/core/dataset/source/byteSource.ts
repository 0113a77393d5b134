import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { DatasetError } from '../datasetError';

const CHUNK_BYTES = 1 << 20;
const BOM_BYTES = 3;

/** What to read: a file, or the text of a document that is open (and perhaps not saved). */
export type DatasetSource = { path: string } | { path: string; text: string };

/** The bytes of a dataset as UTF-8, in chunks, as often as asked. A byte order mark is left out. */
export interface ByteSource {
  /** For messages. */
  readonly path: string;
  /** UTF-16 offset of the first byte in the document: 1 where a given text holds a byte order mark, else 0. */
  readonly startOffset: number;
  chunks(): AsyncGenerator<Buffer>;
  close(): Promise<void>;
}

export async function openByteSource(source: DatasetSource): Promise<ByteSource> {
  return 'text' in source && typeof source.text === 'string' ? textSource(source.path, source.text) : fileSource(source.path);
}

/**
 * The text takes the same way as a file, so that there is one reader. A lone surrogate becomes U+FFFD, as it does on
 * saving; both are one UTF-16 code unit, so offsets hold.
 */
function textSource(path: string, text: string): ByteSource {
  const startOffset = text.startsWith('\uFEFF') ? 1 : 0;
  return {
    path,
    startOffset,
    async *chunks() {
      for (let at = startOffset; at < text.length; ) {
        let end = Math.min(at + CHUNK_BYTES, text.length);
        if (isHighSurrogate(text.charCodeAt(end - 1)) && end < text.length) end += 1;
        yield Buffer.from(text.slice(at, end), 'utf8');
        at = end;
        // Lets a cancellation in.
        await setImmediate();
      }
    },
    async close() {},
  };
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

async function fileSource(path: string): Promise<ByteSource> {
  const file = await openFile(path);
  return {
    path,
    startOffset: 0,
    async *chunks() {
      let position = 0;
      for (;;) {
        const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
        const { bytesRead } = await readAt(file, path, buffer, position);
        if (bytesRead === 0) return;
        const chunk = buffer.subarray(0, bytesRead);
        yield position === 0 && startsWithBom(chunk) ? chunk.subarray(BOM_BYTES) : chunk;
        position += bytesRead;
      }
    },
    close: () => file.close(),
  };
}

async function openFile(path: string): Promise<FileHandle> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const stat = await file.stat();
    if (stat.isFile()) return file;
    await file.close();
  } catch (error) {
    await file?.close();
    throw asDatasetError(error, path);
  }
  throw new DatasetError('not-a-file', `${path} is a folder or a device, not a file. Name a JSON or JSONL file.`);
}

async function readAt(file: FileHandle, path: string, buffer: Buffer, position: number): Promise<{ bytesRead: number }> {
  try {
    return await file.read(buffer, 0, buffer.length, position);
  } catch (error) {
    throw asDatasetError(error, path);
  }
}

function asDatasetError(error: unknown, path: string): DatasetError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new DatasetError('not-found', `There is no file ${path}. Check the path.`, { cause: error });
  }
  if (code === 'EISDIR') {
    return new DatasetError('not-a-file', `${path} is a folder. Name a JSON or JSONL file in it.`, { cause: error });
  }
  return new DatasetError('not-readable', `${path} cannot be read (${code ?? 'unknown error'}). Check that you may read it.`, { cause: error });
}

function startsWithBom(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}
