import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../random/random.js';
import { pitchOfFrequency } from './frequency.js';
import { peakOf } from './level.js';
import { pitchOf, recordedSound } from './recorded-sound.js';
import { marimba, noise, organ } from './synthetic-note.testing.js';

const seconds = (count: number) => Math.round(count * 16000);
const joined = (...parts: readonly Float32Array[]) => Float32Array.from(parts.flatMap((part) => [...part]));
const scaled = (samples: Float32Array, gain: number) => samples.map((value) => gain * value);

describe('a recorded sound', () => {
  test('begins at its onset, however long the silence and the hiss before it are', () => {
    const random = createRandom('hiss');
    const hiss = Float32Array.from({ length: seconds(1.5) }, () => 0.001 * (random() - 0.5));
    const { samples } = recordedSound(joined(hiss, organ(60)));
    const loud = samples.findIndex((value) => Math.abs(value) > 0.1 * peakOf(samples));
    assert.ok(loud < seconds(0.02), `${loud}`);
  });

  test('is as loud as all notes are, quiet or loud as it came', () => {
    const [quiet, loud] = [0.02, 1].map((gain) => peakOf(recordedSound(scaled(organ(60), gain)).samples));
    assert.ok(Math.abs(quiet - loud) < 0.01 * loud, `${quiet} ${loud}`);
  });

  test('has at most four seconds, and says that there was more', () => {
    const long = recordedSound(joined(organ(60), organ(60), organ(60)));
    assert.ok(long.samples.length <= seconds(4) && long.samples.length > seconds(3));
    assert.equal(long.cut, true);
    assert.equal(recordedSound(organ(60)).cut, false);
  });

  test('was held when it ended, or died away', () => {
    assert.equal(recordedSound(organ(60).subarray(0, seconds(1))).held, true);
    assert.equal(recordedSound(noise().subarray(0, seconds(2))).held, true);
    for (const decay of [12, 40, 90]) assert.equal(recordedSound(marimba(60, decay)).held, false, `${decay}`);
    const released = recordedSound(organ(60));
    assert.equal(released.held, true, 'and let go');
    assert.ok(Math.abs(released.samples.length - seconds(3.1)) < seconds(0.15), `${released.samples.length}`);
  });

  test('is not silent, nor shorter than a tenth of a second: the failure says what it was and what to do', () => {
    assert.throws(() => recordedSound(new Float32Array(seconds(2))), {
      code: 'AUDIO_INVALID',
      message: /silent for its 2\.0 s/,
    });
    const blip = joined(organ(60).subarray(seconds(1), seconds(1.05)), new Float32Array(seconds(1)));
    assert.throws(() => recordedSound(blip), { code: 'AUDIO_INVALID', message: /lasts 0\.05\d s/ });
    assert.equal(recordedSound(organ(60).subarray(0, seconds(0.15))).cut, false);
  });
});

describe('its pitch', () => {
  for (const pitch of [33, 48, 60, 72.3, 96])
    test(`is found at ${pitch}`, () => {
      const found = pitchOf(recordedSound(organ(pitch, { amplitudes: [1, 0.6, 0.4] })).samples);
      assert.ok(found !== undefined && Math.abs(found - pitch) < 0.1, `${found}`);
    });

  test('is found in a stroke that dies away', () => {
    const found = pitchOf(recordedSound(marimba(64, 30)).samples);
    assert.ok(found !== undefined && Math.abs(found - 64) < 0.2, `${found}`);
  });

  test('is the middle of a vibrato, fast or slow, wherever it begins', () => {
    for (const rate of [4.5, 5.5, 6.5])
      for (const begins of [0, 2, 4]) {
        let phase = 0;
        const voice = Float32Array.from({ length: seconds(1.5) }, (_, i) => {
          const semitones = 0.17 * Math.sin((2 * Math.PI * rate * i) / seconds(1) + begins);
          phase += (2 * Math.PI * 165 * 2 ** (semitones / 12)) / seconds(1);
          return [1, 0.7, 0.9, 0.5, 0.3].reduce(
            (sum, level, k) => sum + level * Math.sin((k + 1) * phase),
            0,
          );
        });
        const found = pitchOf(recordedSound(voice).samples);
        const off = 100 * ((found ?? NaN) - pitchOfFrequency(165));
        assert.ok(Math.abs(off) < 2, `${off.toFixed(1)} cents at ${rate} Hz`);
      }
  });

  test('is none of noise, nor of a glide', () => {
    assert.equal(pitchOf(recordedSound(noise()).samples), undefined);
    let phase = 0;
    const glide = Float32Array.from({ length: seconds(1) }, (_, i) => {
      phase += (2 * Math.PI * 100 * 2 ** ((4 * i) / seconds(1))) / 16000;
      return Math.sin(phase);
    });
    assert.equal(pitchOf(recordedSound(glide).samples), undefined);
  });
});
