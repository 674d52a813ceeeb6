import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { LoadProgress } from '../checkpoint-source.js';
import { loadCheckpoint, openCheckpoint } from '../checkpoint.js';
import { GOOD } from '../checkpoint.testing.js';
import {
  SMALL,
  encodeGzip,
  encodeMag,
  encodePartitionedV2,
  encodeTar,
  encodeV1,
  encodeV2,
  encodeZip,
} from './encode-checkpoint.testing.js';
import { assertHolds } from './assert-holds.testing.js';
import { EVERY_FORMAT, droppedFiles, type FileContents } from './formats.testing.js';

const utf8 = (value: string) => new TextEncoder().encode(value);

describe('a checkpoint is read, whatever its format:', () => {
  for (const [format, files] of Object.entries(EVERY_FORMAT)) {
    test(format, async () => assertHolds((await loadCheckpoint(droppedFiles(files))).tensors, SMALL));

    const [bytes, ...others] = Object.values(files);
    if (others.length > 0) continue;
    test(`${format}, under a name that says nothing`, async () => {
      assertHolds((await loadCheckpoint(droppedFiles({ download: bytes }))).tensors, SMALL);
    });
  }

  test('it says what it holds before any value is read', async () => {
    const opened = await openCheckpoint(droppedFiles(EVERY_FORMAT['.mag']));
    assert.equal(opened.format, 'mag');
    assert.deepEqual(opened.generator, { id: 'lookback_rnn', description: 'A test' });
    assert.deepEqual(opened.entries.get('a/kernel'), { shape: [2, 3], dtype: 'float32', byteLength: 24 });
    assert.deepEqual(opened.entries.get('global_step'), { shape: [], dtype: 'int64', byteLength: 8 });
    const some = await opened.readTensors(['a/bias', 'beta']);
    assert.deepEqual([...some.keys()], ['a/bias', 'beta']);
    await assert.rejects(opened.readTensors(['c']), {
      code: 'CHECKPOINT_TENSOR_MISSING',
      message: /a\/bias|a\/kernel/,
    });
  });

  test('a variable in parts is put together, of V2', async () => {
    const tensor = { shape: [100, 3], values: Array.from({ length: 300 }, (_, i) => i) };
    const files = encodePartitionedV2('model', 'whole', tensor, 70);
    assertHolds((await loadCheckpoint(droppedFiles(files))).tensors, { whole: tensor });
  });

  test('a magenta.js folder in an archive', async () => {
    const members = Object.fromEntries(
      Object.entries(GOOD).map(([name, content]) => [`model/${name}`, content]),
    );
    const zip = encodeZip({ ...members, 'model/config.json': '{"attentionLength": 40}' });
    const checkpoint = await loadCheckpoint(droppedFiles({ 'model.zip': zip }));
    assert.deepEqual(checkpoint.tensors.get('a')?.data, Float32Array.of(1, 2, 3, 4, 5, 6));
    assert.deepEqual(await checkpoint.readJSON('config.json'), { attentionLength: 40 });
  });

  test('long names in a tar', async () => {
    const folder = 'a-long-way-down/'.repeat(10);
    const tar = encodeTar({ [`${folder}run.mag`]: EVERY_FORMAT['.mag']['run.mag'] });
    assert.equal(
      (await openCheckpoint(droppedFiles({ 'x.tar': tar }))).location,
      `${folder}run.mag (in x.tar)`,
    );
  });

  test('progress: bytes of the tensors that are read, from none to all', async () => {
    const progress: LoadProgress[] = [];
    const select = () => ['a/bias', 'b/kernel'];
    await loadCheckpoint(droppedFiles(EVERY_FORMAT['TensorFlow V2']), {
      select,
      onProgress: (one) => progress.push(one),
    });
    assert.deepEqual(
      progress.map(({ loaded }) => loaded),
      [0, 12, 252, 252],
    );
    assert.ok(progress.every(({ total }) => total === 252));
  });

  test('it is given up when aborted', async () => {
    const signal = AbortSignal.abort();
    for (const files of Object.values(EVERY_FORMAT)) {
      await assert.rejects(loadCheckpoint(droppedFiles(files), { signal }), { code: 'ABORTED' });
    }
  });
});

describe('of several checkpoints in one place', () => {
  const at = (step: number, value: number, folder = '') =>
    encodeV2(`${folder}model.ckpt-${step}`, { x: { shape: [1], values: [value] } });
  const valueIn = async (files: FileContents) => {
    const { tensors } = await loadCheckpoint(droppedFiles({ 'x.tar': encodeTar(files) }));
    return tensors.get('x')?.data[0];
  };

  test('the latest step is taken', async () => {
    assert.equal(await valueIn({ ...at(900, 1), ...at(1000, 2) }), 2);
  });

  test('or the one that the file "checkpoint" names', async () => {
    const checkpoint = utf8(
      'model_checkpoint_path: "model.ckpt-900"\nall_model_checkpoint_paths: "model.ckpt-1000"',
    );
    assert.equal(await valueIn({ ...at(900, 1), ...at(1000, 2), checkpoint }), 1);
  });

  test('the last stage of a GANSynth', async () => {
    const stages = { ...at(5, 1, 'g/stage_00011/'), ...at(5, 2, 'g/stage_00012/') };
    assert.equal(await valueIn({ ...stages, 'g/experiment.json': utf8('{}') }), 2);
  });

  test('a conversion goes before its original', async () => {
    const manifest = utf8(
      JSON.stringify([{ paths: ['s'], weights: [{ name: 'x', shape: [1], dtype: 'int32' }] }]),
    );
    const both = { ...at(5, 1), 'weights_manifest.json': manifest, s: Uint8Array.of(7, 0, 0, 0) };
    assert.equal(await valueIn(both), 7);
  });

  test('logs beside it are none, whatever they are called and begin with', async () => {
    const logs = {
      'train.log': utf8('[2026-01-01 12:00] epoch 1\n'),
      output: utf8('\nepoch 1\n'),
      progress: utf8('[==>   ] 30 %'),
      list: utf8('[1, 2, 3]'),
    };
    assert.equal(await valueIn({ ...at(5, 1), ...logs }), 1);
  });

  test('else none: the message lists them', async () => {
    const two = { 'a.mag': EVERY_FORMAT['.mag']['run.mag'], 'b.mag': EVERY_FORMAT['.mag']['run.mag'] };
    await assert.rejects(loadCheckpoint(droppedFiles(two)), {
      code: 'CHECKPOINT_AMBIGUOUS',
      message: /a\.mag, b\.mag/,
    });
  });
});

describe('by path', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'timbrel-'));
    await mkdir(path.join(folder, 'train'));
    const files = { ...EVERY_FORMAT['.mag'], 'w/x.tgz': EVERY_FORMAT['.tgz of V2']['run.tgz'] };
    await mkdir(path.join(folder, 'w'));
    for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(folder, name), bytes);
    for (const [name, bytes] of Object.entries(encodeV2('m.ckpt-7', SMALL))) {
      await writeFile(path.join(folder, 'train', name), bytes);
    }
    await writeFile(path.join(folder, 'train', 'config.json'), '{"attentionLength": 24}');
  });
  after(() => rm(folder, { recursive: true }));

  for (const name of [
    'run.mag',
    'w/x.tgz',
    'w',
    'train',
    'train/m.ckpt-7',
    'train/m.ckpt-7.index',
    'train/m.ckpt-7.data-00000-of-00001',
  ]) {
    test(name, async () => {
      const address = path.join(folder, name);
      assertHolds((await loadCheckpoint({ kind: 'address', address })).tensors, SMALL);
      const { href } = pathToFileURL(address);
      assertHolds((await loadCheckpoint({ kind: 'address', address: href })).tensors, SMALL);
    });
  }

  test('config.json is read beside a TensorFlow checkpoint', async () => {
    const opened = await openCheckpoint({ kind: 'address', address: path.join(folder, 'train/m.ckpt-7') });
    assert.deepEqual(await opened.readJSON('config.json'), { attentionLength: 24 });
    assert.equal(await opened.readJSON('other.json'), undefined);
  });

  for (const name of ['no', 'no.mag', 'train/m.ckpt-8']) {
    test(`${name}, which is not there, is CHECKPOINT_MISSING`, async () => {
      const address = path.join(folder, name);
      await assert.rejects(loadCheckpoint({ kind: 'address', address }), { code: 'CHECKPOINT_MISSING' });
    });
  }
});

describe('what is broken is refused, with one code and a message that says what and where:', () => {
  const { 'run.mag': mag } = EVERY_FORMAT['.mag'];
  const v1 = encodeV1(SMALL);
  const v2 = EVERY_FORMAT['TensorFlow V2'];
  const [index, data] = Object.keys(v2);
  const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
  /** A zip of one member, of which the directory says that it has so many bytes. */
  const claiming = (zip: Uint8Array, size: number) => {
    const view = new DataView(zip.buffer, zip.byteOffset, zip.length);
    view.setUint32(view.getUint32(zip.length - 6, true) + 24, size, true);
    return zip;
  };
  const cases: [string, FileContents, string, RegExp][] = [
    [
      'an error page named .mag',
      { 'x.mag': utf8('<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>') },
      'CHECKPOINT_FORMAT',
      /x\.mag.*XML page/,
    ],
    ['an empty file', { 'x.mag': new Uint8Array() }, 'CHECKPOINT_TRUNCATED', /x\.mag.*empty/],
    [
      'a truncated .mag',
      { 'x.mag': mag.subarray(0, mag.length / 2) },
      'CHECKPOINT_TRUNCATED',
      /x\.mag.*field 2 ends at/,
    ],
    [
      'a truncated V1 file',
      { x: v1.subarray(0, v1.length / 2) },
      'CHECKPOINT_FORMAT',
      /x: it is no checkpoint .* end is missing/,
    ],
    ['a flipped byte in V1', { x: flipped(v1, 20) }, 'CHECKPOINT_DAMAGED', /x: block 0/],
    [
      'a flipped byte in an index',
      { ...v2, [index]: flipped(v2[index], 40) },
      'CHECKPOINT_DAMAGED',
      /model\.ckpt-20\.index: block/,
    ],
    [
      'a flipped byte in a tensor',
      { ...v2, [data]: flipped(v2[data], 3) },
      'CHECKPOINT_DAMAGED',
      /index: a\/kernel/,
    ],
    [
      'a shard that is not there',
      { [index]: v2[index] },
      'CHECKPOINT_MISSING',
      /data-00000-of-00001 is not there/,
    ],
    [
      'shards without their index',
      { [data]: v2[data], other: utf8('hello') },
      'CHECKPOINT_MISSING',
      /data-00000/,
    ],
    [
      'a file that only goes with a checkpoint',
      { 'config.json': utf8('{}') },
      'CHECKPOINT_MISSING',
      /weights_manifest\.json.*config\.json/,
    ],
    [
      'a truncated shard',
      { ...v2, [data]: v2[data].subarray(0, 50) },
      'CHECKPOINT_TRUNCATED',
      /data-00000-of-00001.*50 bytes/,
    ],
    ['a truncated tar', { 'x.tar': encodeTar(v2).subarray(0, 1000) }, 'CHECKPOINT_TRUNCATED', /x\.tar/],
    [
      'a truncated tgz',
      { 'x.tgz': encodeGzip(encodeTar(v2)).subarray(0, 300) },
      'CHECKPOINT_FORMAT',
      /x\.tgz.*decompressed/,
    ],
    [
      'a truncated zip',
      { 'x.zip': encodeZip(v2).subarray(0, 300) },
      'CHECKPOINT_TRUNCATED',
      /x\.zip.*directory/,
    ],
    [
      'a flipped byte in a zip',
      { 'x.zip': flipped(encodeZip(GOOD, 0), encodeZip(GOOD, 0).indexOf(128)) },
      'CHECKPOINT_DAMAGED',
      /shard1 \(in x\.zip\): its content/,
    ],
    [
      'a zip that holds more than it says',
      { 'x.zip': claiming(encodeZip({ 'x.mag': mag }), 100) },
      'CHECKPOINT_FORMAT',
      /x\.mag.*more than the 100 bytes/,
    ],
    [
      'an archive without a checkpoint',
      { 'x.zip': encodeZip({ 'a.txt': 'a', 'b.wav': 'RIFF' }) },
      'CHECKPOINT_MISSING',
      /x\.zip has a\.txt, b\.wav/,
    ],
    [
      'a bundle without a checkpoint',
      { 'x.mag': encodeMag('a', new Uint8Array()).subarray(0, 13) },
      'CHECKPOINT_FORMAT',
      /x\.mag.*0 checkpoints/,
    ],
    [
      'a photograph',
      { 'x.jpg': Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16) },
      'CHECKPOINT_FORMAT',
      /x\.jpg: it is no checkpoint/,
    ],
    [
      'a NaN',
      { x: encodeV1({ a: { shape: [2], values: [0, NaN] } }) },
      'CHECKPOINT_NAN',
      /a holds NaN at index 1/,
    ],
    [
      'values that do not fill their shape',
      { x: encodeV1({ a: { shape: [3], values: [1, 2] } }) },
      'CHECKPOINT_FORMAT',
      /\(a\): its parts do not make up the shape 3/,
    ],
    [
      'bytes that do not fill a shape',
      encodeV2('m', { a: { shape: [3], values: [1, 2] } }),
      'CHECKPOINT_FORMAT',
      /\(a\): 8 bytes are no float32 of shape 3/,
    ],
    [
      'a gzip whose content is not what it was',
      { 'x.gz': flipped(encodeGzip(mag), encodeGzip(mag).length - 7) },
      'CHECKPOINT_DAMAGED',
      /x\.gz: its content/,
    ],
    [
      'a gzip that lost some of its content',
      { 'x.gz': flipped(encodeGzip(mag), encodeGzip(mag).length - 3) },
      'CHECKPOINT_TRUNCATED',
      /x\.gz: it holds/,
    ],
    [
      'a flipped byte in a header of a tar',
      { 'x.tar': flipped(encodeTar({ 'a.txt': 'a', ...v2 }), 1024) },
      'CHECKPOINT_DAMAGED',
      /x\.tar: the header at 1024/,
    ],
    [
      'a name that differs between a zip and its directory',
      { 'x.zip': flipped(encodeZip({ 'x.mag': mag }, 0), 30) },
      'CHECKPOINT_FORMAT',
      /different names/,
    ],
  ];
  for (const [name, files, code, message] of cases) {
    test(name, async () => {
      await assert.rejects(loadCheckpoint(droppedFiles(files)), { name: 'TimbrelError', code, message });
    });
  }

  test('archives within archives within archives', async () => {
    let bytes = encodeZip({ 'run.mag': mag });
    for (let i = 0; i < 4; i++) bytes = encodeZip({ 'x.zip': bytes });
    await assert.rejects(loadCheckpoint(droppedFiles({ 'x.zip': bytes })), {
      code: 'CHECKPOINT_FORMAT',
      message: /within/,
    });
  });
});
