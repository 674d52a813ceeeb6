/** The catalogue says what is true of the files in the package, and names everything that Magenta lists. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CATALOGUE } from './catalogue.js';
import { parseManifest } from './formats/manifest.js';
import { SHIPPED_FILES } from './shipped/all.js';

const folderOf = (id: string) =>
  fileURLToPath(new URL(`../../checkpoints/${id.replaceAll(/[/_]/g, '-')}/`, import.meta.url));

describe('the catalogue', () => {
  test('has every id once', () => {
    const ids = CATALOGUE.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  test('tells a musician what each is for, without the words of who trains networks', () => {
    for (const { id, note } of CATALOGUE) {
      assert.match(note, /^[A-Z].{10,}\.$/, id);
      assert.doesNotMatch(
        note,
        /model card|\d ?x ?\d|_|prior|free bits|parameters|weights|tfjs|optimiser|confirmed|URL|^The same/i,
        `${id}: ${note}`,
      );
    }
  });

  test('has the 35 checkpoints that magenta.js lists', () => {
    const listed = CATALOGUE.filter(
      ({ url }) =>
        url?.startsWith('https://storage.googleapis.com/magentadata/js/') && !url.includes('gansynth'),
    );
    assert.equal(listed.length, 35);
    assert.ok(listed.every(({ url, bytes }) => url?.endsWith('/') && (bytes ?? 0) > 1e6));
  });

  for (const id of Object.keys(SHIPPED_FILES)) {
    test(`tells the size of ${id}, which is at most 5 MB and all there`, () => {
      const manifest = new Uint8Array(readFileSync(`${folderOf(id)}weights_manifest.json`));
      const groups = parseManifest(manifest, id);
      const bytes = groups.reduce((sum, { byteLength }) => sum + byteLength, 0);
      assert.equal(CATALOGUE.find((entry) => entry.id === id)?.bytes, bytes);
      assert.ok(bytes <= 5e6);
      const shards = groups.flatMap(({ paths }) => paths);
      assert.deepEqual(
        shards.filter((name) => !(name in SHIPPED_FILES[id])),
        [],
      );
      assert.equal(
        shards.reduce((sum, name) => sum + readFileSync(folderOf(id) + name).length, 0),
        bytes,
      );
    });

    test(`${id} has a model card with data, licence and figures`, () => {
      const card = readFileSync(`${folderOf(id)}README.md`, 'utf8');
      for (const heading of ['Made from', 'Training', 'Figures', 'Weak points, plainly'])
        assert.match(card, new RegExp(`^## ${heading}`, 'm'));
    });
  }
});
