import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { resolveSource } from './resolve-source.js';
import { DEFAULT_CHECKPOINTS } from './shipped.js';

const folder = (source: string) => {
  const resolved = resolveSource(source);
  return resolved.kind === 'folder' ? resolved.base : undefined;
};

test('what a model loads by default is shipped, with every file of its manifest addressed', () => {
  for (const id of Object.values(DEFAULT_CHECKPOINTS)) {
    const resolved = resolveSource(id);
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

test('an id of the catalogue is an address', () => {
  assert.match(folder('gansynth/acoustic_only') ?? '', /^https:.*\/gansynth\/acoustic_only\/$/);
});

test('an unknown id is refused and never fetched', () => {
  assert.throws(() => resolveSource('gansynth/unknown'), {
    code: 'CHECKPOINT_UNKNOWN',
    message: /acoustic_only/,
  });
});

test('URLs and paths are folders, also when the manifest itself is named', () => {
  assert.equal(folder('https://a.example/b'), 'https://a.example/b/');
  assert.equal(folder('https://a.example/b/weights_manifest.json'), 'https://a.example/b/');
  assert.equal(folder('./models/x'), './models/x/');
  assert.equal(folder('/models/x/'), '/models/x/');
});

test('dropped files are themselves', () => {
  const files = [new File([], 'a')];
  assert.deepEqual(resolveSource(files), { kind: 'files', files });
});
