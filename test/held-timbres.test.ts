/** Shipped timbres that sustain, held for 20 s: neither a loop's end nor a swell of the note is to be heard in each pass. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { clickiness, levels } from '../src/audio/measure.testing.js';
import type * as Package from '../src/index.js';
import { PlayedEngine } from '../src/worklets/played-engine.testing.js';

const RATE = 48000;

let model: Package.GANSynth;

before(async () => {
  const entry = new URL('../dist/index.js', import.meta.url).href;
  const { GANSynth } = (await import(entry)) as typeof Package;
  model = await GANSynth.load(undefined, { backend: 'wasm' });
});

after(() => model.dispose());

/** From 3 s on the note goes round in its loop. */
async function held(name: string, pitch: number): Promise<Float32Array> {
  const timbre = model.timbres.find((each) => each.name === name);
  assert.ok(timbre, `no timbre ${name}`);
  const played = new PlayedEngine(RATE);
  played.store(1, pitch, await model.generate({ pitch, z: timbre.latent }));
  played.noteOn(1, pitch);
  return played.play(20).subarray(3 * RATE);
}

for (const [name, pitch] of [
  ['strings', 60],
  ['strings', 48],
  ['drawbar organ', 48],
  ['flute', 60],
  ['church organ', 60],
] as const) {
  describe(`${name} ${pitch}, held for 20 s`, () => {
    test('its level swings by less than 3.5 dB', async () => {
      const measured = levels(await held(name, pitch), RATE / 10);
      const swing = Math.max(...measured) - Math.min(...measured);
      assert.ok(swing < 3.5, `${swing.toFixed(1)} dB`);
    });

    test('nothing clicks', async () => {
      const worst = clickiness(await held(name, pitch), RATE / 50);
      assert.ok(worst < 2, `${worst.toFixed(2)} times as sharp as 40 ms before and after`);
    });
  });
}
