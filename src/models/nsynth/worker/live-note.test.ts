/** A note that is decoded while it sounds, of the shipped weights: what is heard of it, and what a change of its timbre does to it. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { noteGain } from '../../../audio/level.js';
import { findLoop } from '../../../audio/loop.js';
import { clickiness, departures, fitTone, levels } from '../../../audio/measure.testing.js';
import { frequencyOf } from '../../../audio/frequency.js';
import { concatenateFloats } from '../../../bytes/concatenate.js';
import { resolveSource } from '../../../checkpoints/resolve-source.js';
import { readKernels } from '../../../ops/built-kernels.testing.js';
import type { SpectralStream } from '../../../ops/nsynth/spectral-networks.js';
import { mixBanks, rowOf } from '../timbre-bank.js';
import { LiveNote, LiveTimbre } from './live-note.js';
import { NSynthModel } from './nsynth-model.js';

const RATE = 16000;
const FRAMES_A_SECOND = RATE / 512;
const shipped = fileURLToPath(new URL('../../../../checkpoints/nsynth-spectral/', import.meta.url));

let model: NSynthModel;
let begin: () => SpectralStream;
before(async () => {
  model = await NSynthModel.load(resolveSource(shipped), {}, readKernels);
  begin = model.stream;
});

function latentOf(name: string): Float32Array {
  const timbre = model.describe().timbres.find((one) => one.name === name);
  assert.ok(timbre, name);
  return timbre.latent;
}
const between = (a: string, b: string, share: number) => {
  const [left, right] = [latentOf(a), latentOf(b)];
  return mixBanks([left, right, left, right], share, 0);
};
const note = (latent: Float32Array, pitch = 60, stretch = 1) =>
  new LiveNote(begin, pitch, new LiveTimbre(latent, stretch));
/** @param change is called before each frame with its number */
function play(live: LiveNote, seconds: number, change: (frame: number) => void = () => {}): Float32Array {
  const frames = Math.round(seconds * FRAMES_A_SECOND);
  return concatenateFloats(
    Array.from({ length: frames }, (_, frame) => {
      change(frame);
      return live.next();
    }),
  );
}
const after = (sound: Float32Array, from: number, seconds: number) =>
  sound.subarray(from * RATE, (from + seconds) * RATE);
/** The largest change of any bin that is heard from a sixtieth of a second to the next, dB. */
const jump = (sound: Float32Array) => {
  const frames = departures(sound);
  return Math.max(...frames.slice(1).map((frame, i) => rms(frame.map((x, k) => x - frames[i][k]))));
};
const rms = (values: Float64Array) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
/** The depth of the lowest level below both ends, dB. */
const dip = (sound: Float32Array) => {
  const course = levels(sound, 512);
  return Math.min(course[0], course[course.length - 1]) - Math.min(...course);
};

describe('a note that is decoded while it sounds', () => {
  test('is the note that is rendered beforehand, as loud to within a decibel, while nothing changes', async () => {
    for (const [name, pitch] of [
      ['trumpet', 60],
      ['piano', 48],
      ['flute', 72],
    ] as const) {
      const latent = latentOf(name);
      const rendered = await model.note(rowOf(latent, pitch), pitch, 1, new AbortController().signal);
      const live = play(note(latent, pitch), 2.9);
      const gain = noteGain(findLoop(rendered).samples);
      const ratio = live[20000] / rendered[20000];
      assert.ok(Math.abs(20 * Math.log10(ratio / gain)) < 1.5, `${name}: ${ratio} and ${gain}`);
      const off = live.findIndex((x, i) => Math.abs(x - ratio * rendered[i]) > 1e-3);
      assert.equal(off, -1, `${name}: another at sample ${off}`);
    }
  });

  test('goes over to another timbre in what is still to be decoded, without a click or a dip', () => {
    for (const [from, to] of [
      ['flute', 'trumpet'],
      ['clarinet', 'strings'],
      ['drawbar organ', 'saw lead'],
    ]) {
      const still = play(note(latentOf(from)), 3);
      const moving = note(latentOf(from));
      const moved = play(moving, 3, (frame) => {
        if (frame >= 31 && frame <= 62)
          moving.change(new LiveTimbre(between(from, to, (frame - 31) / 31), 1));
        if (frame % 4 === 0) moving.settle(begin);
      });
      assert.deepEqual(moved.subarray(0, 30 * 512), still.subarray(0, 30 * 512), 'as before until then');
      const over = after(moved, 0.9, 1.4);
      assert.ok(clickiness(over, 256) < 3, `${from} to ${to}: ${clickiness(over, 256)}`);
      const ownDip = Math.max(
        ...[from, to].map((name) => dip(after(play(note(latentOf(name)), 3), 0.9, 1.4))),
      );
      assert.ok(
        dip(over) < ownDip + 3,
        `${from} to ${to}: a dip of ${dip(over)} dB, by themselves ${ownDip}`,
      );
      const own = Math.max(jump(after(still, 0.9, 1.4)), jump(after(play(note(latentOf(to)), 3), 0.9, 1.4)));
      assert.ok(jump(over) < own + 3, `${from} to ${to}: ${jump(over)} dB, by themselves ${own}`);
    }
  });

  test('goes over at once, too, within a tenth of a second', () => {
    const live = note(latentOf('flute'));
    const sound = play(live, 3, (frame) => {
      if (frame === 50) live.change(new LiveTimbre(latentOf('trumpet'), 1));
    });
    const over = after(sound, 1.3, 1);
    assert.ok(clickiness(over, 256) < 4, `${clickiness(over, 256)}`);
    assert.ok(dip(over) < 3, `a dip of ${dip(over)} dB`);
  });

  test('is held for half a minute at its level and pitch', () => {
    for (const name of ['flute', 'strings', 'drawbar organ']) {
      const sound = play(note(latentOf(name)), 30);
      const level = (from: number) => levels(after(sound, from, 2), 2 * RATE)[0];
      for (const at of [5, 15, 27])
        assert.ok(Math.abs(level(at) - level(1)) < 2, `${name}: ${level(1)} dB, at ${at} s ${level(at)}`);
      const late = after(sound, 27, 0.1);
      const { amplitude, residual } = fitTone(late, frequencyOf(60) / RATE);
      assert.ok(amplitude > 0.01 || residual < 0.1, name);
      const middle = after(sound, 2.5, 25);
      assert.ok(clickiness(middle, 256) < 4, `${name}: ${clickiness(middle, 256)}`);
    }
  });

  test('goes on falling where it falls', () => {
    for (const name of ['piano', 'vibraphone', 'pizzicato']) {
      const course = levels(play(note(latentOf(name)), 12), RATE);
      for (let i = 2; i < 8; i++)
        assert.ok(course[i] < course[i - 1] + 0.5, `${name}: ${course.map((x) => x.toFixed(1)).join(' ')}`);
      assert.ok(course[11] < course[1] - 30, `${name}: ${course.map((x) => x.toFixed(1)).join(' ')}`);
    }
  });

  test('takes another stretch in what is still to come', () => {
    const fallen = (stretch: number) => {
      const live = note(latentOf('piano'));
      const course = levels(
        play(live, 2.6, (frame) => {
          if (frame === 31) live.change(new LiveTimbre(latentOf('piano'), stretch));
        }),
        RATE / 2,
      );
      return course[1] - course[4];
    };
    assert.ok(fallen(4) < fallen(1) - 2 && fallen(1) < fallen(0.5) - 2);
  });

  test('takes the level of a timbre once it is settled', () => {
    const live = note(latentOf('piano'));
    live.change(new LiveTimbre(latentOf('clarinet'), 1));
    assert.ok(live.unsettled);
    live.settle(begin);
    assert.ok(!live.unsettled);
    const sound = play(live, 2);
    const whole = play(note(latentOf('clarinet')), 2);
    assert.ok(Math.abs(levels(after(sound, 1, 1), RATE)[0] - levels(after(whole, 1, 1), RATE)[0]) < 0.5);
  });
});

/** A sung note of three seconds, whose last fifth of a second is a fade, over the keyboard. */
async function sung(): Promise<Float32Array> {
  const seconds = 3;
  const samples = Float32Array.from({ length: seconds * RATE }, (_, i) => {
    const time = i / RATE;
    const phase = 2 * Math.PI * 220 * time + 0.3 * Math.sin(2 * Math.PI * 5.5 * time);
    const formants = [0.9, 1, 0.8, 0.35, 0.2, 0.12, 0.1, 0.12, 0.1, 0.05];
    const voice = formants.reduce((sum, amplitude, k) => sum + amplitude * Math.sin((k + 1) * phase), 0);
    return 0.15 * voice * Math.min(1, time / 0.05, (seconds - time) / 0.2);
  });
  const { bank } = await model.embed({ channels: [samples], sampleRate: RATE }, { pitch: 57 });
  return bank;
}

describe('a note that has gone through its frames before its key is let go', () => {
  const held = (sound: Float32Array) => levels(after(sound, 0.5, 2.3), RATE / 10);

  test('is held as loudly when it is rendered as when it is decoded while it sounds, and no fade of its own is in it', async () => {
    const bank = await sung();
    for (const stretch of [0.25, 0.5]) {
      const rendered = await model.note(rowOf(bank, 57), 57, stretch, new AbortController().signal);
      const live = held(play(note(bank, 57, stretch), 3));
      const whole = held(rendered);
      const gain = live[0] - whole[0];
      whole.forEach((level, i) =>
        assert.ok(Math.abs(level + gain - live[i]) < 0.5, `${i}: ${level} and ${live[i]}`),
      );
      const loudest = Math.max(...whole);
      assert.ok(
        Math.min(...whole) > loudest - 4,
        `${stretch}: ${whole.map((level) => level.toFixed(1)).join(' ')}`,
      );
    }
  });

  test('falls on where it falls, alike', async () => {
    const bank = latentOf('piano');
    const rendered = await model.note(rowOf(bank, 60), 60, 0.5, new AbortController().signal);
    const [live, whole] = [held(play(note(bank, 60, 0.5), 3)), held(rendered)];
    whole.forEach((level, i) =>
      assert.ok(Math.abs(level - whole[0] - (live[i] - live[0])) < 0.5, `${i}: ${level} and ${live[i]}`),
    );
    assert.ok(whole[whole.length - 1] < whole[0] - 6, whole.map((level) => level.toFixed(1)).join(' '));
  });

  test('ends as it is told, without a click', async () => {
    for (const name of ['flute', 'piano', 'strings']) {
      const sound = await model.note(rowOf(latentOf(name), 60), 60, 0.5, new AbortController().signal);
      assert.equal(sound.length, 64000);
      assert.ok(
        clickiness(after(sound, 2.5, 1.2), 256) < 4,
        `${name}: ${clickiness(after(sound, 2.5, 1.2), 256)}`,
      );
      const [before, end] = [
        levels(after(sound, 2.7, 0.2), 0.2 * RATE)[0],
        levels(after(sound, 3.8, 0.2), 0.2 * RATE)[0],
      ];
      assert.ok(end < before - 20, `${name}: ${before} and ${end} dB`);
    }
  });
});
