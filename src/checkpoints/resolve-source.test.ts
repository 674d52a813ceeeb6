import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { test } from 'node:test';
import { resolveSource } from './resolve-source.js';
import { SHIPPED_FILES } from './shipped/all.js';

const folder = (source: string) => {
  const resolved = resolveSource(source);
  return resolved.kind === 'folder' ? resolved.base : undefined;
};

test('what a model loads by default is shipped, with every file of its manifest addressed', () => {
  for (const id of Object.keys(SHIPPED_FILES)) {
    const resolved = resolveSource(id, { shipped: SHIPPED_FILES });
    assert.ok(resolved.kind === 'urls');
    const folder = id.replaceAll(/[_/]/g, '-');
    for (const [name, address] of Object.entries(resolved.files)) {
      assert.ok(address.endsWith(`checkpoints/${folder}/${name}`), address);
    }
    const manifest = readFileSync(`checkpoints/${folder}/weights_manifest.json`, 'utf8');
    for (const { paths } of JSON.parse(manifest) as { readonly paths: readonly string[] }[]) {
      for (const shard of paths) assert.ok(shard in resolved.files, shard);
    }
  }
});

test('an id of the catalogue is a folder or a file, kept unless that is not wanted', () => {
  assert.deepEqual(resolveSource('gansynth/acoustic_only'), {
    kind: 'published',
    id: 'gansynth/acoustic_only',
    base: 'https://storage.googleapis.com/magentadata/js/checkpoints/gansynth/acoustic_only/',
    file: undefined,
    mirrors: [],
    keep: true,
    bytes: 29_235_208,
  });
  assert.deepEqual(resolveSource('melody_rnn/attention_rnn', { mirrors: ['/m'], keep: false }), {
    kind: 'published',
    id: 'melody_rnn/attention_rnn',
    base: 'http://download.magenta.tensorflow.org/models/',
    file: 'attention_rnn.mag',
    mirrors: ['/m'],
    keep: false,
    bytes: undefined,
  });
});

test('an id of another model is refused before anything is fetched', () => {
  const refused = (id: string, message: RegExp) =>
    assert.throws(
      () => resolveSource(id, { model: 'MelodyRNN', models: ['MelodyRNN', 'DrumsRNN', 'MusicVAE'] }),
      {
        code: 'CHECKPOINT_OTHER_MODEL',
        message,
      },
    );
  refused('music_rnn/drum_kit_rnn', /load it with DrumsRNN/);
  refused('drums_rnn/small', /load it with DrumsRNN/);
  refused('music_vae/mel_2bar_small', /load it with MusicVAE/);
  refused('nsynth/python/wavenet', /NSynth.*this version has no such model/);
});

test('mirrors are a list of addresses', () => {
  assert.throws(() => resolveSource('gansynth/acoustic_only', { mirrors: '/m' as unknown as string[] }), {
    code: 'OPTION_INVALID',
    message: /mirrors is \/m; expected a list/,
  });
});

test('an unknown id is refused and never fetched', () => {
  assert.throws(() => resolveSource('gansynth/unknown'), {
    code: 'CHECKPOINT_UNKNOWN',
    message: /acoustic_only/,
  });
});

test('an id that there is not is answered with the nearest ones, not with all, and where all are', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['music_rnn/basic_rn', /did you mean music_rnn\/basic_rnn, /],
    ['basic_rnn', /did you mean music_rnn\/basic_rnn, /],
    ['groovae_4bar', /did you mean music_vae\/groovae_4bar, /],
    ['zzz', /in the catalogue\. `timbrel checkpoints list` shows them all, `catalogue` in code/],
  ];
  for (const [id, message] of cases)
    assert.throws(
      () => resolveSource(id),
      (error: Error) => {
        assert.match(error.message, message);
        assert.ok(error.message.length < 300, error.message);
        return true;
      },
    );
});

test('URLs and paths are folders where they end so, also when the manifest itself is named', () => {
  assert.equal(folder('https://a.example/b/'), 'https://a.example/b/');
  assert.equal(folder('https://a.example/b/weights_manifest.json'), 'https://a.example/b/');
  assert.equal(folder('/models/x/'), '/models/x/');
});

test('others may be files: that shows when they are read', () => {
  for (const address of [
    'https://a.example/b',
    './models/x',
    '/models/run5.mag',
    'https://a.example/m.ckpt-1',
  ]) {
    assert.deepEqual(resolveSource(address), { kind: 'address', address });
  }
});

test('dropped files are themselves', () => {
  const files = [new File([], 'a')];
  assert.deepEqual(resolveSource(files), { kind: 'files', files, names: files.map(({ name }) => name) });
});

test('in Node, a path that is there needs no sign that it is one; an id of the catalogue stays one', () => {
  assert.deepEqual(resolveSource('checkpoints/melody-rnn-small'), {
    kind: 'address',
    address: './checkpoints/melody-rnn-small',
  });
  assert.deepEqual(resolveSource('~/weights/'), { kind: 'folder', base: `${homedir()}/weights/` });
  assert.equal(resolveSource('melody_rnn/small').kind, 'urls');
  assert.throws(() => resolveSource('no/such/folder'), { code: 'CHECKPOINT_UNKNOWN' });
});
