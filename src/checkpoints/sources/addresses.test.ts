/** Addresses as people have them: with tokens, odd names, drives. The numbers K1, K2 and K6 are those of the cases from use. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { loadCheckpoint } from '../checkpoint.js';
import { GOOD, manifest } from '../checkpoint.testing.js';
import { assertHolds } from '../formats/assert-holds.testing.js';
import { encodeV2, SMALL } from '../formats/encode-checkpoint.testing.js';
import { EVERY_FORMAT } from '../formats/formats.testing.js';
import { resolveSource } from '../resolve-source.js';
import { changePath, fileName, inFolder } from './address.js';

type Contents = Readonly<Record<string, string | Uint8Array>>;

let files: Contents = {};
let requests: string[] = [];
let token: string | undefined;

const server = createServer((request, response) => {
  const url = request.url ?? '';
  requests.push(url);
  const { pathname, search } = new URL(url, 'http://x');
  if (token !== undefined && search !== `?${token}`) return void response.writeHead(403).end();
  const content = files[decodeURIComponent(pathname.slice(1))];
  if (content === undefined) return void response.writeHead(404).end();
  response.end(content);
});
let host = '';

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
after(() => (server.closeAllConnections(), server.close()));

function serving(contents: Contents, only?: string): void {
  [files, token, requests] = [contents, only, []];
}
const below = (folder: string, contents: Contents): Contents =>
  Object.fromEntries(Object.entries(contents).map(([name, content]) => [folder + name, content]));
const load = (address: string) => loadCheckpoint(resolveSource(address));

describe('K1, the query of an address goes with every file:', () => {
  for (const address of [
    'ck/weights_manifest.json?sig=abc',
    'ck/?sig=abc',
    'ck?sig=abc',
    'ck/weights_manifest.json?sig=abc#there',
    'ck/?sig=abc#there',
  ]) {
    test(`a magenta.js folder, ${address}`, async () => {
      serving(below('ck/', GOOD), 'sig=abc');
      assert.equal((await load(host + address)).tensors.size, 2);
    });
  }

  test('and a fragment with none', async () => {
    serving(below('ck/', GOOD));
    for (const address of ['ck/weights_manifest.json#there', 'ck/#there', 'ck#there'])
      assert.equal((await load(host + address)).tensors.size, 2, address);
  });

  test('a token of several parts, as clouds sign them', async () => {
    const signature = 'X-Amz-Date=20260101T000000Z&X-Amz-Signature=a%2Fb%3D%3D';
    serving(below('ck/', GOOD), signature);
    assert.equal((await load(`${host}ck/weights_manifest.json?${signature}`)).tensors.size, 2);
  });

  for (const name of ['model.ckpt-20', 'model.ckpt-20.index', 'model.ckpt-20.data-00000-of-00001']) {
    test(`a TensorFlow checkpoint, by ${name}?sig=abc`, async () => {
      serving(encodeV2('model.ckpt-20', SMALL), 'sig=abc');
      assertHolds((await load(`${host}${name}?sig=abc`)).tensors, SMALL);
    });
  }

  test('a folder of a training, by its file "checkpoint"', async () => {
    serving(
      { 't/checkpoint': 'model_checkpoint_path: "m.ckpt-7"', ...below('t/', encodeV2('m.ckpt-7', SMALL)) },
      'sig=abc',
    );
    assertHolds((await load(`${host}t/?sig=abc`)).tensors, SMALL);
  });

  test('one file', async () => {
    serving({ 'run.mag': EVERY_FORMAT['.mag']['run.mag'] }, 'sig=abc');
    assertHolds((await load(`${host}run.mag?sig=abc`)).tensors, SMALL);
  });

  test('config.json beside the weights, and a mirror of the catalogue', async () => {
    serving(below('test/one/', { ...GOOD, 'config.json': '{"a": 1}' }), 'sig=abc');
    assert.deepEqual(await (await load(`${host}test/one/?sig=abc`)).readJSON('config.json'), { a: 1 });
    const source = {
      kind: 'published' as const,
      id: 'test/one',
      base: `${host}gone/`,
      mirrors: [`${host}?sig=abc`],
      keep: false,
    };
    assert.equal((await loadCheckpoint(source)).tensors.size, 2);
  });
});

describe('K2, names of files are names, not parts of an address:', () => {
  const tensors = JSON.parse(GOOD['weights_manifest.json'] as string)[0].weights as object[];
  const named = (one: string, two: string): Contents => ({
    'weights_manifest.json': manifest([one, two], tensors),
    [one]: GOOD.shard1,
    [two]: GOOD.shard2,
  });

  for (const [one, two] of [
    ['group1#1 of 2.bin', 'group1#2 of 2.bin'],
    ['shard?1', 'shard?2'],
    ['100%.bin', '50%25.bin'],
    ['Gewichte Ü1.bin', '重み2.bin'],
    ['parts/a&b=1+2.bin', 'parts/c;d.bin'],
    ['group1:shard1of2', 'group1:shard2of2'],
    ['mailto:a', 'parts/2024-01-01T10:30:00.bin'],
  ]) {
    test(`shards ${one}, ${two}`, async () => {
      serving(below('ck/', named(one, two)));
      assert.equal((await load(`${host}ck/`)).tensors.size, 2);
    });
  }

  test('a name with a colon is no address where its folder has no name', () => {
    assert.equal(inFolder('', 'group1:shard1'), './group1:shard1');
    assert.equal(inFolder('', 'shard1'), 'shard1');
  });

  for (const name of ['https://x.example/y', 'file:/etc/x', 'C:x', 'c:\\x', '/x', 'a/../../x']) {
    test(`${name} is no name of a shard`, async () => {
      serving(below('ck/', { 'weights_manifest.json': manifest([name, 'b'], tensors), b: GOOD.shard2 }));
      await assert.rejects(load(`${host}ck/`), { code: 'CHECKPOINT_FORMAT', message: /paths/ });
    });
  }

  test('are asked for as the standard encodes them', async () => {
    serving(below('ck/', named('group1#1 of 2.bin', 'b')));
    await load(`${host}ck/`);
    assert.ok(requests.includes('/ck/group1%231%20of%202.bin'), requests.join());
  });

  test('the data file beside an index whose name is encoded in its address', async () => {
    serving(encodeV2('my model #2', SMALL));
    assertHolds((await load(`${host}my%20model%20%232.index`)).tensors, SMALL);
  });

  test('also in a folder on disk, by its path and its URL', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'timbrel #1 %20-'));
    try {
      await mkdir(path.join(folder, 'parts'));
      for (const [name, content] of Object.entries(named('parts/a#1 %41.bin', 'part:2?.bin')))
        await writeFile(path.join(folder, name), content);
      assert.equal((await load(`${folder}/`)).tensors.size, 2);
      assert.equal((await load(`${pathToFileURL(folder).href}/`)).tensors.size, 2);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('K6, paths of Windows are paths:', () => {
  for (const source of [
    String.raw`C:\models\basic_rnn`,
    'C:/models/basic_rnn',
    String.raw`d:\run5.mag`,
    String.raw`\\server\models\basic_rnn`,
    String.raw`.\models\basic_rnn`,
    String.raw`..\basic_rnn`,
    String.raw`models\basic_rnn`,
  ]) {
    test(`${source}, where there is none, is CHECKPOINT_MISSING`, async () => {
      await assert.rejects(load(source), { code: 'CHECKPOINT_MISSING', message: /basic_rnn|run5/ });
    });
  }

  test('a folder of them, by its end or its manifest', () => {
    const folder = { kind: 'folder', base: 'C:/models/x/' };
    assert.deepEqual(resolveSource('C:\\models\\x\\'), folder);
    assert.deepEqual(resolveSource('C:\\models\\x\\weights_manifest.json'), folder);
  });

  test('no page reads one, and the message says what to do', () => {
    const { process } = globalThis;
    let thrown: unknown;
    Reflect.deleteProperty(globalThis, 'process');
    try {
      resolveSource(String.raw`C:\models\x`);
    } catch (error) {
      thrown = error;
    } finally {
      globalThis.process = process;
    }
    assert.ok(thrown instanceof TimbrelError);
    assert.equal(thrown.code, 'CHECKPOINT_UNKNOWN');
    assert.match(thrown.message, /page cannot read\. Drop its files/);
  });
});

test('an address is taken apart and put together', () => {
  assert.equal(inFolder('https://h/a/?k=1#f', 'b c/d#e'), 'https://h/a/b%20c/d%23e?k=1#f');
  assert.equal(inFolder('/a?/', 'b c'), '/a?/b c');
  assert.equal(inFolder('https://h/a/#f', 'b'), 'https://h/a/b#f');
  assert.equal(fileName('https://h/a/b%20c?k=/x'), 'b c');
  assert.equal(fileName('https://h/a/b%20c#/x'), 'b c');
  assert.equal(fileName('https://h/a/100%?k'), '100%');
  assert.equal(fileName('/a/b%20c'), 'b%20c');
  assert.equal(
    changePath('https://h/a?k=1', (own) => `${own}.index`),
    'https://h/a.index?k=1',
  );
});
