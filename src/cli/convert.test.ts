/** `timbrel convert`, run as users run it. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import {
  encodeMag,
  encodeV1,
  SMALL,
  type SmallTensors,
} from '../checkpoints/formats/encode-checkpoint.testing.js';
import { loadCheckpoint } from '../checkpoints/checkpoint.js';
import { encodeMagentaJS, STORAGES } from '../checkpoints/formats/magenta-js-writer.js';
import { floatToHalf, halfToFloat } from '../checkpoints/tensor.js';
import { timbrel } from './command.testing.js';

const folder = mkdtempSync(path.join(tmpdir(), 'timbrel-convert-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => path.join(folder, name);

/** Weights as training leaves them: slots of the optimiser, a counter. */
const TRAINED: SmallTensors = {
  'rnn/kernel': { shape: [3, 4], values: [0.1, -0.2, 0.3, 1, -1, 0.5, 2e-5, 0, 0.7, -0.7, 0.25, 3] },
  'rnn/bias': { shape: [2], values: [0.123456789, -1.5] },
  'rnn/kernel/Adam': { shape: [3, 4], values: new Array<number>(12).fill(9) },
  'rnn/kernel/Adam_1': { shape: [3, 4], values: new Array<number>(12).fill(9) },
  beta1_power: { shape: [1], values: [0.5] },
};

interface Converted {
  readonly relativeError: number;
  readonly largestError: number;
  readonly leftOut: readonly string[];
  readonly bytes: number;
}

async function convert(storage: string): Promise<Converted> {
  writeFileSync(at('trained.mag'), encodeMag('attention_rnn', encodeV1(TRAINED)));
  const { code, stdout, stderr } = await timbrel(
    'convert',
    at('trained.mag'),
    at(storage),
    '--storage',
    storage,
    '--json',
    '--force',
  );
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Converted;
}

const tensorsOf = async (name: string) =>
  (await loadCheckpoint({ kind: 'folder', base: `${at(name)}/` })).tensors;

describe('timbrel convert', () => {
  test('makes a magenta.js folder of a .mag, number by number, without what training left', async () => {
    const { relativeError, largestError, leftOut } = await convert('float32');
    assert.deepEqual([relativeError, largestError], [0, 0]);
    assert.deepEqual([...leftOut].sort(), ['beta1_power', 'rnn/kernel/Adam', 'rnn/kernel/Adam_1']);
    const tensors = await tensorsOf('float32');
    assert.deepEqual([...tensors.keys()].sort(), ['rnn/bias', 'rnn/kernel']);
    assert.deepEqual(tensors.get('rnn/kernel')?.data, Float32Array.from(TRAINED['rnn/kernel'].values));
    assert.deepEqual(JSON.parse(readFileSync(at('float32/config.json'), 'utf8')), {
      type: 'MusicRNN',
      configuration: 'attention_rnn',
    });
  });

  for (const [storage, most] of [
    ['float16', 5e-4],
    ['uint16', 1e-4],
    ['uint8', 2e-2],
  ] as const) {
    test(`stores ${storage}, smaller, and says by how much the numbers moved`, async () => {
      const exact = await convert('float32');
      const { relativeError, largestError, bytes } = await convert(storage);
      assert.ok(bytes < exact.bytes, `${bytes}`);
      const kernel = (await tensorsOf(storage)).get('rnn/kernel')?.data ?? [];
      const moved = TRAINED['rnn/kernel'].values.map((value, i) =>
        Math.abs(Math.fround(value) - Number(kernel[i])),
      );
      assert.ok(Math.max(...moved) > 0 && Math.max(...moved) <= largestError);
      assert.ok(relativeError > 0 && relativeError < most, `${relativeError}`);
    });
  }

  test('prints the comparison for people, the worst tensor first', async () => {
    writeFileSync(at('small.mag'), encodeMag('basic_rnn', encodeV1(TRAINED)));
    const { stdout } = await timbrel('convert', at('small.mag'), at('people'), '--storage', 'uint8');
    assert.match(stdout, /2 tensors, 14 numbers, \d+ bytes, uint8 from mag/);
    assert.match(stdout, /\d e[+-]\d|\de-\d .*rnn\/kernel 3 x 4\n.* 0 +rnn\/bias 2\n/s);
  });

  test('keeps the optimiser where that is asked for', async () => {
    writeFileSync(at('all.mag'), encodeMag('basic_rnn', encodeV1(TRAINED)));
    await timbrel('convert', at('all.mag'), at('all'), '--keep-optimizer');
    assert.equal((await tensorsOf('all')).size, 5);
  });

  test('takes the facts beside the weights along', async () => {
    for (const [name, bytes] of encodeMagentaJS(new Map([['a', tensor(SMALL)]]), 'float32'))
      writeFileSync(at(name), bytes);
    writeFileSync(at('config.json'), '{"type":"MusicRNN","attentionLength":7}');
    await timbrel('convert', folder, at('beside'));
    assert.deepEqual(JSON.parse(readFileSync(at('beside/config.json'), 'utf8')).attentionLength, 7);
  });

  test('refuses to write over what it reads, and a storage that does not exist', async () => {
    await convert('float32');
    const same = await timbrel('convert', at('float32'), at('float32'));
    assert.equal(same.code, 2);
    assert.match(same.stderr, /^USAGE: IN and OUT are the same/);
    const storage = await timbrel('convert', at('float32'), at('never'), '--storage', 'float8');
    assert.equal(storage.code, 2);
    assert.match(storage.stderr, /float8.*uint8/);
    assert.equal(existsSync(at('never')), false);
  });

  test('says what is wrong with a file that is no checkpoint, and writes nothing', async () => {
    writeFileSync(at('page.mag'), '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>');
    const { code, stderr } = await timbrel('convert', at('page.mag'), at('nothing'));
    assert.equal(code, 1);
    assert.match(stderr, /^CHECKPOINT_FORMAT: .*page\.mag/);
    assert.equal(existsSync(at('nothing')), false);
  });
});

const tensor = (tensors: SmallTensors) => {
  const [{ shape, values }] = Object.values(tensors);
  return { shape, data: Float32Array.from(values) };
};

describe('magenta.js folders that are written', () => {
  test('are cut into shards of 4 MiB, which tensors may straddle', async () => {
    const data = Float32Array.from({ length: 1_200_000 }, (_, i) => Math.cos(i));
    const files = encodeMagentaJS(
      new Map([
        ['a', { shape: [1_200_000], data }],
        ['b', { shape: [2, 2], data: Int32Array.from([1, -2, 3, 4]) }],
      ]),
      'float32',
    );
    assert.deepEqual(
      [...files.values()].slice(1).map(({ length }) => length),
      [2 ** 22, 4_800_016 - 2 ** 22],
    );
    const dropped = [...files].map(([name, bytes]) => new File([bytes as BlobPart], name));
    const { tensors } = await loadCheckpoint({ kind: 'files', files: dropped });
    assert.deepEqual(tensors.get('a')?.data, data);
    assert.deepEqual(tensors.get('b')?.data, Int32Array.from([1, -2, 3, 4]));
  });

  test('hold constant and empty tensors in every storage', async () => {
    for (const storage of STORAGES) {
      const files = encodeMagentaJS(
        new Map([
          ['constant', { shape: [2, 2], data: new Float32Array(4).fill(0.5) }],
          ['empty', { shape: [0, 3], data: new Float32Array() }],
        ]),
        storage,
      );
      const dropped = [...files].map(([name, bytes]) => new File([bytes as BlobPart], name));
      const { tensors } = await loadCheckpoint({ kind: 'files', files: dropped });
      assert.deepEqual(tensors.get('constant')?.data, new Float32Array(4).fill(0.5), storage);
      assert.equal(tensors.get('empty')?.data.length, 0);
    }
  });
});

test('every half-precision number survives, and others go to the nearest one', () => {
  for (let bits = 0; bits < 65536; bits++) {
    const value = halfToFloat(bits);
    if (!Number.isFinite(value)) continue;
    assert.equal(floatToHalf(value), bits);
    // Half way to the next one: to the even of the two.
    const next = halfToFloat(bits + 1);
    if (Number.isFinite(next) && (bits & 0x7fff) < 0x7bff)
      assert.equal(floatToHalf((value + next) / 2), bits % 2 === 0 ? bits : bits + 1);
  }
  assert.equal(halfToFloat(floatToHalf(1e9)), 65504);
  assert.equal(halfToFloat(floatToHalf(-1e9)), -65504);
});
