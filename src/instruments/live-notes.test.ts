/** Notes that are decoded while they sound, from the key to the ear: an NSynth over workers without threads, of the shipped weights. */
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { frequencyOf } from '../audio/frequency.js';
import { clickiness, fitTone, levels } from '../audio/measure.testing.js';
import { LogMel } from '../audio/log-mel.js';
import { concatenateFloats } from '../bytes/concatenate.js';
import { createNSynthServer } from '../models/nsynth/worker/server.js';
import { readKernels } from '../ops/built-kernels.testing.js';
import { loopback } from '../workers/loopback.testing.js';
import { PlayedEngine, levelOf } from '../worklets/played-engine.testing.js';
import { audioOf } from '../../test/played-audio.js';
import { NSynthInstrument } from './nsynth-instrument.js';

const RATE = 48000;
const QUANTA = 4;
const shipped = fileURLToPath(new URL('../../checkpoints/nsynth-spectral/', import.meta.url));
const workers = loopback({ nsynth: async () => () => createNSynthServer(readKernels) });

let played: PlayedEngine;
let instrument: NSynthInstrument;

const audio = () => audioOf(played);

const turn = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Plays as time passes: the worker has its turn between quanta. */
async function listen(seconds: number, change: (time: number) => void = () => {}): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  const step = (QUANTA * 128) / RATE;
  for (let time = 0; time < seconds; time += step) {
    change(time);
    await turn(12);
    parts.push(played.play(step));
  }
  return concatenateFloats(parts);
}

afterEach(() => instrument.dispose());

async function start(corners: string): Promise<void> {
  played = new PlayedEngine(RATE, { pitchRange: [24, 84], liveNotes: 16, noteSlots: 80 });
  instrument = new NSynthInstrument({ source: shipped, workers: 1, corners }, audio, workers.spawn);
  await instrument.load();
  await instrument.start();
  instrument.morph(0, 0);
}

/** Presses a key, and waits until what is heard of it is decoded for it. */
async function hold(...pitches: number[]): Promise<void> {
  for (const pitch of pitches) instrument.noteOn(pitch);
  for (let waits = 0; played.report().liveVoices < pitches.length; waits++) {
    assert.ok(waits < 100, 'nothing is decoded while it sounds');
    await listen(0.02);
  }
}

/** The spectrum of the end of a sound in bands, dB beside their mean. */
function colour(sound: Float32Array): number[] {
  const mel = new LogMel({ sampleRate: RATE, windowLength: 4096, bins: 64, lowest: 100, window: 'periodic' });
  const sum = new Float64Array(48);
  const frame = new Float32Array(64);
  const end = sound.subarray(-0.4 * RATE);
  for (let from = 0; from + 4096 <= end.length; from += 2048) {
    mel.compute(end, from, frame);
    const top = Math.max(...frame);
    // Up to 7 kHz: notes have nothing above 8.
    sum.forEach((_, band) => (sum[band] += Math.max(frame[band], top - 50)));
  }
  const mean = sum.reduce((a, b) => a + b, 0) / sum.length;
  return Array.from(sum, (level) => level - mean);
}
const apart = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, level, i) => sum + Math.abs(level - b[i]), 0) / a.length;
/** A note of some timbre is there as a whole. */
const isStored = (pitch: number) => played.report().stored.some((value, i) => i % 2 === 1 && value === pitch);
const lastLevel = (sound: Float32Array) => levelOf(sound.subarray(-0.1 * RATE));

describe('a key that is held', () => {
  test('follows the pad in what is still to be decoded, and nothing is rendered again for that', async () => {
    await start('flute, trumpet, flute, trumpet');
    await hold(60);
    const flute = colour(await listen(0.6));
    let rendered = 0;
    let renderedMeanwhile = 0;
    instrument.addEventListener(
      'render',
      ({ pitch, current }) => (rendered += Number(pitch === 60 && current)),
    );
    const sound = await listen(2.2, (time) => {
      if (time > 0.3 && time < 1.3) instrument.morph(time - 0.3, 0);
      if (time < 1.3) renderedMeanwhile = rendered;
    });
    assert.equal(renderedMeanwhile, 0);
    assert.equal(played.report().liveVoices, 1);
    assert.ok(clickiness(sound, 480) < 3, `${clickiness(sound, 480)}`);
    const course = levels(sound, 1600);
    const ends = Math.min(course[0], course[course.length - 1]);
    assert.ok(Math.min(...course) > ends - 3, course.map((level) => level.toFixed(1)).join(' '));

    instrument.noteOff(60);
    await listen(0.4);
    await hold(60);
    const trumpet = colour(await listen(0.6));
    const [there, here] = [trumpet, flute].map((one) => apart(colour(sound), one));
    assert.ok(here > 3 * there, `${there} dB from the timbre it has now, ${here} from that before`);
  });

  test('goes over to another sound at its corner, and to another stretch', async () => {
    await start('flute, flute, flute, flute');
    await hold(60);
    await listen(0.3);
    const sound = await listen(1, (time) => {
      if (time < 0.2) return;
      instrument.setCorners('strings, flute, flute, flute');
      instrument.setStretch(2);
    });
    assert.equal(played.report().liveVoices, 1);
    assert.ok(clickiness(sound, 480) < 3, `${clickiness(sound, 480)}`);
  });

  test('sounds for as long as it is down, longer than its note is', async () => {
    await start('flute, trumpet, flute, trumpet');
    await hold(60);
    const early = lastLevel(await listen(1));
    const sound = await listen(7);
    assert.equal(played.report().liveVoices, 1);
    assert.ok(Math.abs(lastLevel(sound) - early) < 2, `${early} and ${lastLevel(sound)} dB`);
    assert.ok(clickiness(sound, 480) < 3, `${clickiness(sound, 480)}`);
  });

  test('is bent as others are', async () => {
    await start('flute, trumpet, flute, trumpet');
    await hold(60);
    instrument.pitchBend(2);
    const sound = await listen(0.8);
    const [up, before] = [62, 60].map(
      (pitch) => fitTone(sound.subarray(-0.2 * RATE), frequencyOf(pitch) / RATE).amplitude,
    );
    assert.ok(up > 10 * before, `${up} and ${before}`);
    assert.equal(played.report().liveVoices, 1);
  });

  test('is held by the pedal, and ends with it', async () => {
    await start('flute, trumpet, flute, trumpet');
    await hold(48, 55, 60);
    instrument.sustain(true);
    for (const pitch of [48, 55, 60]) instrument.noteOff(pitch);
    assert.ok(lastLevel(await listen(0.5)) > -45);
    assert.equal(played.report().liveVoices, 3);
    instrument.sustain(false);
    instrument.setEnvelope({ ...instrument.envelope, release: 0.1 });
    await listen(1.2);
    assert.equal(played.report().activeVoices, 0);
  });
});

describe('more keys than there are voices', () => {
  test('one after the other are all decoded while they sound', async () => {
    await start('flute, trumpet, flute, trumpet');
    instrument.setEnvelope({ ...instrument.envelope, release: 0.02 });
    for (let i = 0; i < 24; i++) {
      await hold(50 + i);
      instrument.noteOff(50 + i);
      await listen(0.06);
    }
  });
});

describe('a machine that does not keep up', () => {
  test('plays what was rendered beforehand, says so, and tries again later', async () => {
    await start('flute, trumpet, flute, trumpet');
    const told: boolean[] = [];
    instrument.addEventListener('live', ({ keepsUp }) => told.push(keepsUp));
    for (let round = 0; round < 20 && told.length === 0; round++) {
      await hold(60);
      while (!isStored(60)) await listen(0.02);
      const before = played.report().starvedQuanta;
      // Time passes for the audio thread alone.
      const sound = played.play(0.8);
      assert.ok(lastLevel(sound) > -45, `round ${round}: ${lastLevel(sound)} dB`);
      assert.equal(played.report().starvedQuanta, before, `round ${round}: there is a hole`);
      assert.equal(played.report().liveVoices, 0);
      instrument.noteOff(60);
      await listen(0.05);
    }
    assert.deepEqual(told, [false]);
    assert.equal(instrument.keepsUp, false);
    instrument.noteOn(60);
    await listen(0.3);
    assert.equal(played.report().liveVoices, 0);
    instrument.morph(1, 0);
    await new Promise<void>((resolve) =>
      instrument.addEventListener('render', ({ pitch, current }) => pitch === 60 && current && resolve()),
    );
  });
});
