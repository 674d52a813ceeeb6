/** The registry agrees with all that is read off it: the index, the catalogue, the shipped weights, the configurations. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SHIPPED_FILES } from '../checkpoints/shipped/all.js';
import { COMMANDS } from '../cli/registry.js';
import * as index from '../index.js';
import { configurationsOf } from './event-rnn/encodings/configurations.js';
import type { EventModelName } from './event-rnn/protocol.js';
import { CONFIGURATION_IDS } from './music-vae/configurations.js';
import { MODELS, MODEL_NAMES, resolveModelSource, type ModelRow } from './registry.js';

const rows: readonly (readonly [string, ModelRow])[] = Object.entries(MODELS);

describe('a row of the registry', () => {
  for (const [name, { command, weights, family, configurations }] of rows) {
    test(`${name} is a class of the index and of an entry of its own, and a command`, async () => {
      const own = (await import(`../entries/${command}.js`)) as Readonly<Record<string, unknown>>;
      assert.equal(typeof own[name], 'function');
      assert.equal(own[name], Object.entries(index).find(([exported]) => exported === name)?.[1]);
      assert.ok(Object.hasOwn(COMMANDS.commands, command));
    });

    test(`${name} is in the catalogue, with the weights that are shipped`, () => {
      const entries = index.catalogue.filter(({ model }) => model === name);
      assert.ok(entries.length > 0 && entries.every(({ playable }) => playable));
      if (weights === undefined) return;
      assert.ok(Object.hasOwn(SHIPPED_FILES, weights));
      assert.ok(entries.some(({ id, url }) => id === weights && url === undefined));
    });

    if (family === 'event-rnn')
      test(`${name} has all configurations of Magenta's table`, () => {
        assert.deepEqual([...configurations].sort(), configurationsOf(name as EventModelName).sort());
      });
  }

  test('MusicVAE has all configurations of its table', () => {
    assert.deepEqual([...MODELS.MusicVAE.configurations], CONFIGURATION_IDS);
  });

  test('has a command of its own', () => {
    const commands = rows.map(([, { command }]) => command);
    assert.equal(new Set(commands).size, commands.length);
  });
});

test('checkpoints of a class that this version lacks are not playable', () => {
  const other = index.catalogue.filter(({ model }) => !MODEL_NAMES.some((name) => name === model));
  assert.ok(other.every(({ playable }) => !playable));
});

test("another model's id is refused before anything is fetched, with the class that plays it", () => {
  assert.throws(() => resolveModelSource('GANSynth', 'melody_rnn/attention_rnn', {}), {
    code: 'CHECKPOINT_OTHER_MODEL',
    message: /load it with MelodyRNN/,
  });
});
