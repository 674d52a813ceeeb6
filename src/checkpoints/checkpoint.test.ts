import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { halfToFloat, loadCheckpoint } from './checkpoint.js';
import { GOOD, dropped, floats, manifest, type Files } from './checkpoint.testing.js';
import { parseManifest } from './formats/manifest.js';

describe('a checkpoint is read', () => {
  test('with tensors that straddle shards, and quantised ones', async () => {
    const { tensors } = await loadCheckpoint(dropped(GOOD));
    assert.deepEqual(tensors.get('a'), { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
    assert.deepEqual(tensors.get('b')?.data, Float32Array.of(-1, 0.28, 1.55, 0));
  });

  test('in every storage', async () => {
    const quantization = { dtype: 'uint16', scale: 0.5, min: -2 };
    const { tensors } = await loadCheckpoint(
      dropped({
        'weights_manifest.json': manifest(
          ['s'],
          [
            { name: 'uint16', shape: [2], dtype: 'float32', quantization },
            { name: 'float16', shape: [2], dtype: 'float32', quantization: { dtype: 'float16' } },
            { name: 'bool', shape: [3], dtype: 'bool' },
            {
              name: 'rounded',
              shape: [1],
              dtype: 'int32',
              quantization: { dtype: 'uint8', scale: 0.3, min: 1 },
            },
            { name: 'int32', shape: [], dtype: 'int32' },
          ],
        ),
        s: Buffer.concat([
          Buffer.from(Uint16Array.of(0, 65535, 0x3c00, 0xc100).buffer),
          Buffer.from([1, 0, 1, 13, 7, 0, 0, 0]),
        ]),
      }),
    );
    assert.deepEqual(tensors.get('rounded')?.data, Int32Array.of(5));
    assert.deepEqual([...(tensors.get('uint16')?.data ?? [])], [-2, 32765.5]);
    assert.deepEqual([...(tensors.get('float16')?.data ?? [])], [1, -2.5]);
    assert.deepEqual([...(tensors.get('bool')?.data ?? [])], [1, 0, 1]);
    assert.deepEqual([...(tensors.get('int32')?.data ?? [])], [7]);
  });

  test('from a dropped folder, whose files carry their paths', async () => {
    const inFolder = Object.fromEntries(
      Object.entries(GOOD).map(([name, content]) => [`my/model/${name}`, content]),
    );
    assert.equal((await loadCheckpoint(dropped(inFolder))).tensors.size, 2);
  });

  test('with a JSON file beside it, if there is one', async () => {
    const checkpoint = await loadCheckpoint(
      dropped({ ...GOOD, 'config.json': '{"x": 1}', 'page.json': '<!DOCTYPE html>' }),
    );
    assert.deepEqual(await checkpoint.readJSON('config.json'), { x: 1 });
    assert.equal(await checkpoint.readJSON('absent.json'), undefined);
    assert.equal(await checkpoint.readJSON('page.json'), undefined);
  });
});

test('D2, a byte order mark at the head of its JSON files is not part of their text', async () => {
  const mark = '\ufeff';
  const files = {
    ...GOOD,
    'weights_manifest.json': mark + (GOOD['weights_manifest.json'] as string),
    'config.json': `${mark}{"x": 1}`,
  };
  const checkpoint = await loadCheckpoint(dropped(files));
  assert.equal(checkpoint.tensors.size, 2);
  assert.deepEqual(await checkpoint.readJSON('config.json'), { x: 1 });
});

test('half precision: ones, subnormals, infinities', () => {
  assert.deepEqual([0x3c00, 0xbc00, 0x0001, 0x7bff, 0x0000, 0x7c00].map(halfToFloat), [
    1,
    -1,
    2 ** -24,
    65504,
    0,
    Infinity,
  ]);
  assert.ok(Number.isNaN(halfToFloat(0x7e00)));
});

const page = '<!doctype html><title>Not here</title>';
const oneTensor = (weight: object) => manifest(['shard1', 'shard2'], [weight]);

describe('what is broken is refused, with one code and a message that says what and where:', () => {
  const cases: [string, Files, string, RegExp][] = [
    [
      'a missing manifest',
      { ...GOOD, 'weights_manifest.json': undefined as never },
      'CHECKPOINT_MISSING',
      /weights_manifest/,
    ],
    ['a missing shard', { ...GOOD, shard2: undefined as never }, 'CHECKPOINT_MISSING', /shard2 .*shard1/],
    [
      'a truncated shard',
      { ...GOOD, shard2: (GOOD.shard2 as Uint8Array).subarray(1) },
      'CHECKPOINT_TRUNCATED',
      /28 bytes .* have 27/,
    ],
    [
      'a shard that is too long',
      { ...GOOD, shard1: new Uint8Array(11) },
      'CHECKPOINT_TRUNCATED',
      /28 bytes .* have 29/,
    ],
    [
      'a page instead of the manifest',
      { ...GOOD, 'weights_manifest.json': page },
      'CHECKPOINT_FORMAT',
      /HTML/,
    ],
    ['a page instead of a shard', { ...GOOD, shard1: page }, 'CHECKPOINT_FORMAT', /shard1.*HTML/],
    [
      'an XML error instead of a shard',
      { ...GOOD, shard1: '<?xml version="1.0"?><Error>NoSuchKey</Error>' },
      'CHECKPOINT_FORMAT',
      /XML/,
    ],
    ['a manifest that is no JSON', { ...GOOD, 'weights_manifest.json': '[{' }, 'CHECKPOINT_FORMAT', /JSON/],
    [
      'a manifest that is no list',
      { ...GOOD, 'weights_manifest.json': '{}' },
      'CHECKPOINT_FORMAT',
      /list of weight groups/,
    ],
    [
      'a shard outside the folder',
      { ...GOOD, 'weights_manifest.json': manifest(['../../etc/x'], []) },
      'CHECKPOINT_FORMAT',
      /paths/,
    ],
    [
      'a shard at another host',
      { ...GOOD, 'weights_manifest.json': manifest(['https://x.example/y'], []) },
      'CHECKPOINT_FORMAT',
      /paths/,
    ],
    [
      'a shape that is none',
      { ...GOOD, 'weights_manifest.json': oneTensor({ name: 'a', shape: [2, -3], dtype: 'float32' }) },
      'CHECKPOINT_FORMAT',
      /shape of a/,
    ],
    [
      'a shape of absurd size',
      { ...GOOD, 'weights_manifest.json': oneTensor({ name: 'a', shape: [1e6, 1e6], dtype: 'float32' }) },
      'CHECKPOINT_FORMAT',
      /claims/,
    ],
    [
      'an unknown type',
      { ...GOOD, 'weights_manifest.json': oneTensor({ name: 'a', shape: [1], dtype: 'string' }) },
      'CHECKPOINT_FORMAT',
      /type "string"/,
    ],
    [
      'quantisation without a scale',
      {
        ...GOOD,
        'weights_manifest.json': oneTensor({
          name: 'a',
          shape: [1],
          dtype: 'float32',
          quantization: { dtype: 'uint8', min: 0 },
        }),
      },
      'CHECKPOINT_FORMAT',
      /without a scale/,
    ],
    [
      'a size that is no number',
      {
        ...GOOD,
        'weights_manifest.json': oneTensor({ name: 'a', shape: [1e308, 1e308, 0], dtype: 'float32' }),
      },
      'CHECKPOINT_FORMAT',
      /claims NaN/,
    ],
    [
      'a shard that is named twice',
      { ...GOOD, 'weights_manifest.json': manifest(['shard1', 'shard1'], []) },
      'CHECKPOINT_FORMAT',
      /twice/,
    ],
    [
      'a quantised truth value',
      {
        ...GOOD,
        'weights_manifest.json': oneTensor({
          name: 'a',
          shape: [1],
          dtype: 'bool',
          quantization: { dtype: 'uint8', scale: 1, min: 0 },
        }),
      },
      'CHECKPOINT_FORMAT',
      /bool and quantised/,
    ],
    [
      'a page with a byte order mark instead of a shard',
      { ...GOOD, shard1: `\ufeff\n<!-- moved -->${page}` },
      'CHECKPOINT_FORMAT',
      /shard1.*HTML/,
    ],
    ['two checkpoints at once', { ...GOOD, 'other/shard1': 'x' }, 'CHECKPOINT_MISSING', /2 dropped files/],
    [
      'a NaN inside',
      {
        ...GOOD,
        shard1: floats(1, NaN, 3).subarray(0, 10),
        shard2: new Uint8Array([...floats(1, NaN, 3).subarray(10), ...floats(4, 5, 6), 0, 1, 2, 3]),
      },
      'CHECKPOINT_NAN',
      /a holds NaN at index 1/,
    ],
  ];
  for (const [name, files, code, message] of cases) {
    test(name, async () => {
      const present = Object.fromEntries(
        Object.entries(files).filter(([, content]) => content !== undefined),
      );
      await assert.rejects(loadCheckpoint(dropped(present)), { code, message });
    });
  }
});

const shared = fileURLToPath(new URL('../../../shared/checkpoints/', import.meta.url));
const skip = existsSync(shared) ? false : 'the real checkpoints are not here';
for (const [folder, tensorCount] of [
  ['drums_rnn/drum_off_model', 18],
  ['melody_rnn/attention_rnn_128', 42],
  ['piano_genie/genie_decoder', 8],
] as const) {
  test(`a real one: ${folder}`, { skip }, async () => {
    const base = path.join(shared, folder, '/');
    const { tensors } = await loadCheckpoint({ kind: 'folder', base });
    assert.equal(tensors.size, tensorCount);
    const [{ weights }] = JSON.parse(readFileSync(path.join(base, 'weights_manifest.json'), 'utf8'));
    for (const { name, shape } of weights) assert.deepEqual(tensors.get(name)?.shape, shape);
  });
}

const official = path.join(shared, 'manifests_only');
test('the manifests of official checkpoints, to the byte', { skip }, () => {
  for (const [folder, bytes] of [
    ['onsets_frames_uni', 62_540_992],
    ['music_vae_mel_4bar_med_q2', 68_510_900],
    ['music_vae_multitrack_chords', 28_231_146],
    ['coconet_bach', 553_436],
  ] as const) {
    const file = path.join(official, folder, 'weights_manifest.json');
    const [{ byteLength }] = parseManifest(readFileSync(file), file);
    assert.equal(byteLength, bytes, folder);
  }
});
