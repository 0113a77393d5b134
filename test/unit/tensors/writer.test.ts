import { join } from 'node:path';
import { expect, test } from 'vitest';
import { byteLength, readBytes, readFloats, readSafetensorsHeader, safetensorsHeader } from '../../../src/core/tensors';
import { folderWith } from '../../support/folder';

const tensors = [
  { name: 'ids', dtype: 'int64', shape: [3], data: BigInt64Array.of(1n, -2n, 2n ** 62n) },
  { name: 'größe "a"', dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4.5) },
  { name: 'empty', dtype: 'float32', shape: [0, 4], data: new Float32Array(0) },
  { name: 'scalar', dtype: 'float16', shape: [], data: Uint16Array.of(0x3c00) },
] as const;
const bytes = (metadata?: Record<string, string>) => Buffer.concat([safetensorsHeader(tensors, metadata), ...tensors.map(({ data }) => new Uint8Array(data.buffer))]);

test('what is written is read back: types, shapes, values, names outside of ASCII', async () => {
  const file = join(folderWith({ 'w.safetensors': bytes({ model: 'Größe' }) }), 'w.safetensors');
  const read = await readSafetensorsHeader(file);
  expect([...read].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual(tensors.map(({ name, dtype, shape }) => [name, dtype, [...shape]]));
  expect(new BigInt64Array((await readBytes(read.get('ids')!)).buffer)).toEqual(tensors[0].data);
  expect([...(await readFloats(read.get('größe "a"')!))]).toEqual([1, 2, 3, 4.5]);
  expect([...(await readFloats(read.get('scalar')!))]).toEqual([1]);
});

test('metadata stand in the header, and none where there are none', () => {
  const headerOf = (file: Buffer) => JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE())).toString()) as Record<string, unknown>;
  expect(headerOf(bytes({ model: 'Größe' }))['__metadata__']).toEqual({ model: 'Größe' });
  expect(headerOf(bytes())).not.toHaveProperty('__metadata__');
});

test('tensors begin at a multiple of 64 bytes, whatever the length of the header', () => {
  for (let length = 0; length < 130; length++) expect(safetensorsHeader(tensors, { pad: 'x'.repeat(length) }).length % 64).toBe(0);
  expect(byteLength('float16', [3, 5])).toBe(30);
});
