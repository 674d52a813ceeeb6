/** Shipped timbres as they are held: what is heard of their loops, their decay and their loudness. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { findLoop } from '../src/audio/loop.js';
import { noteGain } from '../src/audio/level.js';
import { loudness } from '../src/audio/loudness.js';
import {
  clickiness,
  departures,
  levels,
  piecesInSecond,
  selfSimilarity,
  toDecibels,
} from '../src/audio/measure.testing.js';
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

/** 20 s; from 3 s on the note goes round in its loop. */
async function held(name: string, pitch: number): Promise<Float32Array> {
  const timbre = model.timbres.find((each) => each.name === name);
  assert.ok(timbre, `no timbre ${name}`);
  const played = new PlayedEngine(RATE);
  played.store(1, pitch, await model.generate({ pitch, z: timbre.latent }));
  played.noteOn(1, pitch);
  return played.play(20);
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
      const measured = levels((await held(name, pitch)).subarray(3 * RATE), RATE / 10);
      const swing = Math.max(...measured) - Math.min(...measured);
      assert.ok(swing < 3.5, `${swing.toFixed(1)} dB`);
    });

    test('nothing clicks: no moment is sharper than those that the note has before its loop', async () => {
      const sound = await held(name, pitch);
      const own = clickiness(sound.subarray(0.1 * RATE, 2.7 * RATE), RATE / 50);
      const worst = clickiness(sound.subarray(3 * RATE), RATE / 50);
      assert.ok(
        worst < 1.3 * own,
        `${worst.toFixed(2)} times as sharp as 40 ms before and after; ${own.toFixed(2)}`,
      );
    });
  });
}

const NOTE_RATE = 16000;
const latentOf = (name: string) => {
  const timbre = model.timbres.find((each) => each.name === name);
  assert.ok(timbre, `no timbre ${name}`);
  return timbre.latent;
};

describe('every named timbre, low, in the middle and high', () => {
  test('is equally loud within 3 dB', async () => {
    const measured: [string, number][] = [];
    for (const { name, latent: z } of model.timbres) {
      for (const pitch of [45, 60, 75]) {
        const { samples } = findLoop(await model.generate({ pitch, z }));
        measured.push([`${name} ${pitch}`, loudness(samples) + toDecibels(noteGain(samples))]);
      }
    }
    const lowest = Math.min(...measured.map(([, level]) => level));
    const quiet = measured.filter(([, level]) => level > lowest + 3);
    const range = Math.max(...measured.map(([, level]) => level)) - lowest;
    assert.ok(range < 3, `${range.toFixed(1)} dB: ${JSON.stringify(quiet.slice(0, 5))}`);
  });

  test('has, where it sustains, a loop of a second at least: a shorter one is heard as a rhythm', async () => {
    let sustained = 0;
    for (const { name, latent: z } of model.timbres) {
      for (const pitch of [45, 60, 75]) {
        const { loopStart, loopEnd, decay } = findLoop(await model.generate({ pitch, z }));
        if (decay > 0.5) continue;
        sustained++;
        const seconds = (loopEnd - loopStart) / NOTE_RATE;
        assert.ok(seconds > 0.95, `${name} ${pitch}: ${seconds.toFixed(2)} s`);
      }
    }
    assert.ok(sustained > 50, `${sustained} notes`);
  });
});

describe('a held note that goes round in its loop', () => {
  // Its own loop's length apart a held note is the same; what makes it a machine is to be the same sooner.
  const SOONEST = 0.2;
  const LATEST = 0.9;

  test('does not repeat itself within a second: the changes in its spectrum never come back sooner', async () => {
    let sustained = 0;
    for (const { name, latent: z } of model.timbres) {
      for (const pitch of [45, 60, 75]) {
        const note = await model.generate({ pitch, z });
        if (findLoop(note).decay > 0.5) continue;
        sustained++;
        const played = new PlayedEngine(NOTE_RATE);
        played.store(1, pitch, note);
        played.noteOn(1, pitch);
        const changes = departures(played.play(7).subarray(3 * NOTE_RATE));
        const pieces = piecesInSecond(NOTE_RATE);
        for (let lag = Math.ceil(SOONEST * pieces); lag < LATEST * pieces; lag++) {
          const alike = selfSimilarity(changes, lag);
          assert.ok(
            alike < 0.6,
            `${name} ${pitch}: ${alike.toFixed(2)} alike after ${(lag / pieces).toFixed(2)} s`,
          );
        }
      }
    }
    assert.ok(sustained > 50, `${sustained} notes`);
  });
});

describe('hold or decay', () => {
  test('is alike on neighbouring keys of a timbre', async () => {
    for (const name of ['drawbar organ', 'finger bass']) {
      const { bank } = new PlayedEngine(RATE).engine;
      const slots: number[] = [];
      for (let pitch = 60; pitch < 76; pitch++) {
        const { samples, ...end } = findLoop(await model.generate({ pitch, z: latentOf(name) }));
        const slot = bank.beginNote({ timbre: 1, pitch, gain: 1 });
        bank.appendSamples(slot, samples, 0, samples.length);
        bank.endNote(slot, end);
        slots.push(slot);
      }
      const found = new Float64Array(1);
      const decays = slots.map((slot, i) => (bank.findDecay(slot, 60 + i, found), found[0]));
      for (let i = 1; i < decays.length; i++)
        assert.ok(
          Math.abs(decays[i] - decays[i - 1]) < 0.5,
          `${name}: ${decays.map((x) => x.toFixed(1)).join(' ')}`,
        );
      // An organ never dies.
      if (name === 'drawbar organ') assert.ok(Math.max(...decays) < 0.5, `${Math.max(...decays)}`);
    }
  });

  for (const [from, to] of [
    ['flute', 'french horn'],
    ['piano', 'strings'],
  ]) {
    test(`knows no cliff on the way from ${from} to ${to}, in 32 steps of the pad`, async () => {
      const decays: number[] = [];
      for (let i = 0; i <= 32; i++) {
        const z = model.interpolate(latentOf(from), latentOf(to), i / 32);
        decays.push(findLoop(await model.generate({ pitch: 60, z })).decay);
      }
      for (let i = 1; i < decays.length; i++)
        assert.ok(Math.abs(decays[i] - decays[i - 1]) < 4, decays.map((x) => x.toFixed(1)).join(' '));
    });
  }
});
