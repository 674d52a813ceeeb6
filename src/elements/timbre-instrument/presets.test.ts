/** Presets name timbres that the shipped networks have: a preset that they lack would never be seen. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parsePatch } from '../../instruments/patch.js';
import { PRESETS as GANSYNTH } from '../gansynth-instrument/presets.js';
import { PRESETS as NSYNTH } from '../nsynth-instrument/presets.js';

const read = (file: string) =>
  JSON.parse(
    readFileSync(fileURLToPath(new URL(`../../../checkpoints/${file}`, import.meta.url)), 'utf8'),
  ) as unknown;

const gansynth = read('gansynth-small/timbres.json') as { name: string }[] | { timbres: { name: string }[] };
const nsynth = read('nsynth-spectral/config.json') as { timbres: { names: string[] } };

describe('presets of', () => {
  for (const [name, presets, known] of [
    ['GANSynth', GANSYNTH, (Array.isArray(gansynth) ? gansynth : gansynth.timbres).map((each) => each.name)],
    ['NSynth', NSYNTH, nsynth.timbres.names],
  ] as const)
    test(`${name} are patches of timbres that it has, each with a name of its own`, () => {
      assert.equal(new Set(presets.map((each) => each.name)).size, presets.length);
      assert.ok(presets.length >= 8);
      for (const { name: title, patch } of presets) {
        parsePatch(JSON.parse(JSON.stringify(patch)));
        for (const corner of patch.corners)
          assert.ok('name' in corner && known.includes(corner.name), `${title}: ${JSON.stringify(corner)}`);
      }
    });
});
