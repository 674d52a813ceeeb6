import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createRandom } from '../../random/random.js';
import { memorySource } from '../sources/byte-source.js';
import { openGzip } from './gzip.js';

const unpack = async (packed: Uint8Array) => {
  const source = await openGzip(memorySource('x', Uint8Array.from(packed)));
  return source.read(0, await source.size());
};

test('gzip files of every length around that of a piece', async () => {
  const random = createRandom('gzip');
  const noise = Uint8Array.from({ length: 2 ** 18 + 40 }, () => 256 * random());
  for (let length = 2 ** 18 - 60; length <= noise.length; length++) {
    const content = noise.subarray(0, length);
    assert.ok(Buffer.from(await unpack(gzipSync(content, { level: 1 }))).equals(content), `${length}`);
  }
});

test('headers with a name, a comment, an extra field and a checksum of their own', async () => {
  const packed = gzipSync('hello');
  const optional = Buffer.concat([
    Buffer.from([2, 0, 9, 9]),
    Buffer.from('x.tar\0'),
    Buffer.from('ours\0'),
    Buffer.from([1, 2]),
  ]);
  const header = Buffer.from(packed.subarray(0, 10));
  header[3] = 2 | 4 | 8 | 16;
  const content = await unpack(Buffer.concat([header, optional, packed.subarray(10)]));
  assert.equal(new TextDecoder().decode(content), 'hello');
});

test('two gzip files in one are refused', async () => {
  const two = Buffer.concat([gzipSync('hello'), gzipSync('you there')]);
  await assert.rejects(unpack(two), { code: 'CHECKPOINT_TRUNCATED' });
});
