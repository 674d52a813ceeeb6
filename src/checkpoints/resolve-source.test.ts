import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveSource } from './resolve-source.js';

const folder = (source: string) => {
  const resolved = resolveSource(source);
  return resolved.kind === 'folder' ? resolved.base : undefined;
};

test('nothing, or its id, is the shipped checkpoint, with every file addressed', () => {
  for (const source of [undefined, 'gansynth/small']) {
    const resolved = resolveSource(source);
    assert.ok(
      resolved.kind === 'urls' &&
        resolved.files['weights_manifest.json'].endsWith('gansynth-small/weights_manifest.json'),
    );
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
  assert.deepEqual(resolveSource(files), { kind: 'files', files });
});
