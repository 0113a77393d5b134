import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TensorFileError, readFloats, readSafetensorsHeader } from '../../../src/core/tensors';
import { folderWith, refusal } from '../../support/folder';
import { golden, goldenJson } from '../../support/golden';
import { safetensors } from '../../support/safetensors';

describe('readSafetensorsHeader', () => {
  test('says what lies where, and reads values of every float type', async () => {
    const folder = folderWith({
      'w.safetensors': safetensors({
        half: { dtype: 'F16', shape: [2], data: Uint8Array.of(0x00, 0x3c, 0x00, 0xc0) },
        brain: { dtype: 'BF16', shape: [1, 1], data: Uint8Array.of(0x80, 0xbf) },
        single: { dtype: 'F32', shape: [], data: new Uint8Array(Float32Array.of(0.1).buffer) },
        double: { dtype: 'F64', shape: [1], data: new Uint8Array(Float64Array.of(-2.5).buffer) },
        bytes: { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 3) },
      }),
    });
    const tensors = await readSafetensorsHeader(join(folder, 'w.safetensors'));
    expect([...tensors.keys()]).toEqual(['half', 'brain', 'single', 'double', 'bytes']);
    expect(tensors.get('brain')).toMatchObject({ dtype: 'bfloat16', shape: [1, 1], bytes: { length: 2 } });
    const values = (name: string) => readFloats(tensors.get(name)!).then((floats) => [...floats]);
    expect([await values('half'), await values('brain'), await values('single'), await values('double')]).toEqual([[1, -2], [-1], [Math.fround(0.1)], [-2.5]]);
    await expect(readFloats(tensors.get('bytes')!)).rejects.toThrow('uint8 is not read as floats');
  });

  test('a link is followed: the bytes lie in the file itself', async () => {
    const folder = folderWith({ blob: safetensors({ w: { dtype: 'U8', shape: [1], data: Uint8Array.of(7) } }) });
    mkdirSync(join(folder, 'snapshot'));
    symlinkSync('../blob', join(folder, 'snapshot/model.safetensors'));
    const tensors = await readSafetensorsHeader(join(folder, 'snapshot/model.safetensors'));
    expect(tensors.get('w')!.bytes.file).toBe(realpathSync(join(folder, 'blob')));
  });

  test('a file that is not there, or a folder, is refused by name', async () => {
    const folder = folderWith();
    mkdirSync(join(folder, 'folder'));
    for (const name of ['none.safetensors', 'folder']) {
      const error = await refusal(readSafetensorsHeader(join(folder, name)), TensorFileError);
      expect(error.reason).toBe('not-found');
      expect(error.message).toContain(name);
    }
  });
});

interface Case {
  file: string;
  must: string;
  values: Record<string, number[]> | null;
  safetensors_library: { loads?: Record<string, [string, number[]]> };
}

describe('the golden files', () => {
  const cases = () => goldenJson<{ files: Case[] }>('broken/safetensors/index.json').files.filter(({ file }) => file.endsWith('.safetensors'));
  const open = (file: string) => readSafetensorsHeader(join(golden, 'broken/safetensors', file));

  test('good ones read as in the library', async () => {
    for (const { file, must, values, safetensors_library: library } of cases()) {
      if (!must.startsWith('load')) continue;
      const tensors = await open(file);
      expect(Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape])), file).toEqual(Object.fromEntries(Object.entries(library.loads!).map(([name, [, shape]]) => [name, shape])));
      for (const [name, tensor] of tensors)
        if (['float64', 'float32', 'float16', 'bfloat16'].includes(tensor.dtype) && Array.isArray(values?.[name]))
          expect([...(await readFloats(tensor))], `${file} ${name}`).toEqual(values[name].map((value) => Math.fround(Number(value))));
    }
  });

  test('every half of good_all_f16 is read', async () => {
    const floats = await readFloats((await open('good_all_f16.safetensors')).get('f16_all')!);
    const finite = floats.filter(Number.isFinite);
    expect([finite.length, floats.filter(Number.isNaN).length, finite.reduce((sum, value) => sum + Math.abs(value), 0)]).toEqual([63488, 2046, 201261055.875]);
  });

  test('broken ones are refused by name, without a crash or a large allocation', async () => {
    const before = process.memoryUsage().rss;
    const refused = cases().filter(({ must }) => must === 'refuse');
    expect(refused.length).toBeGreaterThanOrEqual(24);
    for (const { file } of refused) {
      const error = await refusal(open(file), TensorFileError);
      expect(error.reason, file).toBe('damaged');
      expect(error.message, file).toContain(file);
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(50e6);
  });

  test.each([
    ['header_huge.safetensors', /a header of 9223372036854775807 bytes|a header of 9223372036854776000 bytes/],
    ['bad_dtype.safetensors', /unknown type F31/],
    ['overlap.safetensors', /tensor b begins 4 bytes before the end of the one before/],
    ['hole.safetensors', /bytes after the end of the one before/],
    ['trailing.safetensors', /8 bytes after the last tensor/],
    ['size_mismatch.safetensors', /needs \d+ bytes and has 16/],
    ['lfs_pointer.safetensors', /a Git LFS pointer/],
    ['html_page.safetensors', /a web page/],
  ])('%s: the message says what is wrong', async (file, message) => {
    expect((await refusal(open(file), TensorFileError)).message).toMatch(message);
  });
});
