import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clickiness, fitTone, levels, rmsOf, sharpest, toDecibels } from '../audio/measure.testing.js';
import { frequencyOf, marimba, organ } from '../audio/synthetic-note.testing.js';
import { PLAIN_ENVELOPE, PlayedEngine } from './played-engine.testing.js';

const RATE = 48000;

const peakOf = (sound: Float32Array) => sound.reduce((peak, x) => Math.max(peak, Math.abs(x)), 0);
const levelOf = (sound: Float32Array) => toDecibels(rmsOf(sound));

/** An engine that holds `organ` at the given pitches. */
function withOrgan(...pitches: number[]): PlayedEngine {
  const played = new PlayedEngine(RATE);
  for (const pitch of pitches) played.store(1, pitch, organ(pitch));
  return played;
}

/** Level of the fundamental of `pitch`, dB. */
function fundamental(sound: Float32Array, pitch: number): number {
  return toDecibels(fitTone(sound, frequencyOf(pitch) / RATE).amplitude);
}

describe('a note', () => {
  test('sounds in the quantum after its note-on', () => {
    const played = withOrgan(60);
    assert.equal(peakOf(played.play(0.1)), 0);
    played.noteOn(1, 60);
    const sound = played.play(128 / RATE);
    assert.equal(sound.length, 128);
    assert.ok(peakOf(sound) > 0);
  });

  test('begins at the frame of its time, and ends from the frame of its note-off', () => {
    for (const quantum of [1, 77, 128, 441, 4096]) {
      const played = new PlayedEngine(RATE, { envelope: { ...PLAIN_ENVELOPE, release: 0.01 } }, quantum);
      // A step, so that the first sample is heard.
      played.store(1, 60, new Float32Array(64000).fill(0.5));
      played.noteOn(1, 60, { time: 5000 / RATE });
      played.noteOff(1, 9000 / RATE);
      const sound = played.play(0.25);
      assert.equal(
        sound.findIndex((x) => x !== 0),
        5001,
        `quantum ${quantum}`,
      );
      const last = sound.findLastIndex((x) => x !== 0);
      assert.ok(Math.abs(last - 9480) < 3, `quantum ${quantum}: last at ${last}`);
    }
  });

  test('is the same whatever the length of a quantum', () => {
    const sounds = [1, 77, 128, 441, 4096].map((quantum) => {
      const played = new PlayedEngine(RATE, {}, quantum);
      played.store(1, 60, organ(60));
      played.noteOn(1, 60, { time: 0.01 });
      played.noteOff(1, 0.2);
      return played.play(0.4).slice(0, 19000);
    });
    for (const sound of sounds) {
      const difference = sound.map((x, i) => x - sounds[0][i]);
      assert.ok(peakOf(difference) < 1e-6);
    }
  });

  test('has the gain of its note-on', () => {
    const [loud, quiet] = [1, 0.1].map((gain) => {
      const played = withOrgan(60);
      played.noteOn(1, 60, { gain });
      return played.play(0.5);
    });
    assert.ok(Math.abs(levelOf(loud) - levelOf(quiet) - 20) < 0.01);
  });

  test('plays at the same peak whether it was rendered loud or quiet', () => {
    const peaks = [1, 0.1].map((factor) => {
      const played = new PlayedEngine(RATE);
      played.store(
        1,
        60,
        organ(60).map((x) => factor * x),
      );
      played.noteOn(1, 60);
      return peakOf(played.play(1));
    });
    assert.ok(Math.abs(toDecibels(peaks[0] / peaks[1])) < 0.01);
    assert.ok(Math.abs(toDecibels(peaks[0]) + 12.04) < 1, `${peaks[0]}`);
  });

  test('is silent once its release is over, and frees its voice', () => {
    const played = withOrgan(60);
    played.noteOn(1, 60);
    played.play(0.5);
    played.noteOff(1);
    assert.ok(levelOf(played.play(0.1)) > -60);
    played.play(0.16);
    assert.equal(peakOf(played.play(0.1)), 0);
    assert.equal(played.report().activeVoices, 0);
  });

  test('follows attack, decay and sustain', () => {
    const played = new PlayedEngine(RATE, {
      envelope: { attack: 0.1, decay: 0.2, sustain: 0.25, release: 0.1 },
    });
    played.store(1, 69, organ(69, { amplitudes: [1] }));
    played.noteOn(1, 69);
    const measured = levels(played.play(1), RATE / 50);
    const loudest = measured.indexOf(Math.max(...measured));
    assert.ok(loudest >= 4 && loudest <= 6, `loudest in piece ${loudest}`);
    assert.ok(
      Math.abs(measured[40] - measured[loudest] + 12.04) < 1.2,
      `${measured[40] - measured[loudest]}`,
    );
  });

  test('sounds at any MIDI pitch, re-pitched outside of what is rendered', () => {
    for (const [pitch, rendered] of [
      [0, 24],
      [12, 24],
      [96, 84],
      [108, 84],
      [127, 84],
    ]) {
      const played = new PlayedEngine(RATE);
      played.store(1, rendered, organ(rendered, { amplitudes: [1, 0.3] }));
      played.noteOn(1, pitch);
      assert.deepEqual(played.answers, []);
      played.play(0.2);
      const level = fundamental(played.play(1), pitch);
      assert.ok(Math.abs(level + 13) < 4, `${pitch}: ${level} dB`);
    }
  });

  test('struck again while it rings takes its place without a click', () => {
    const played = withOrgan(60);
    played.noteOn(1, 60);
    const own = sharpest(played.play(1));
    for (let note = 2; note < 12; note++) {
      played.noteOff(note - 1);
      played.noteOn(note, 60);
      assert.ok(sharpest(played.playOn(0.05)) < 2 * own);
      assert.ok(played.report().activeVoices <= 2);
    }
  });

  test('that was not pressed is not let go', () => {
    const played = withOrgan(60);
    played.noteOff(7);
    played.noteOn(1, 60);
    played.noteOff(2);
    assert.ok(levelOf(played.play(0.5)) > -40);
  });

  test('of NaN, infinities and denormal numbers gives finite sound', () => {
    const played = new PlayedEngine(RATE);
    const audio = organ(60);
    audio.fill(NaN, 1000, 2000).fill(Infinity, 3000, 3100).fill(1e-40, 4000, 5000);
    const loop = { loopStart: 11200, loopEnd: 45000, loopGain: 1, peak: NaN };
    played.append(played.begin({ timbre: 1, pitch: 60, length: 64000, ...loop }), audio, 0, 64000);
    played.noteOn(1, 60);
    assert.ok(played.play(0.5).every(Number.isFinite));
  });

  test('whose header makes no sense is not stored', () => {
    const played = new PlayedEngine(RATE);
    const good = {
      timbre: 1,
      pitch: 60,
      length: 64000,
      loopStart: 11200,
      loopEnd: 45000,
      loopGain: 1,
      peak: 1,
    };
    for (const bad of [
      { length: 64001 },
      { length: NaN },
      { loopEnd: 11200 },
      { loopEnd: 64001 },
      { loopGain: 2 },
    ]) {
      assert.equal(played.begin({ ...good, ...bad }), -1, JSON.stringify(bad));
    }
    assert.notEqual(played.begin(good), -1);
  });
});

describe('pitch bend', () => {
  test('moves every voice by its semitones, without a click', () => {
    const played = withOrgan(60);
    played.noteOn(1, 60);
    const own = sharpest(played.play(1));
    played.send({ type: 'pitchBend', semitones: 2, time: 0 });
    assert.ok(sharpest(played.playOn(0.2)) < 1.6 * own);
    assert.ok(Math.abs(fundamental(played.play(1), 62) - fundamental(played.play(1), 62)) < 0.1);
    assert.ok(fundamental(played.play(1), 62) > -20);
    assert.ok(fundamental(played.play(1), 60) < -50);
  });

  for (const rate of [44100, 48000, 96000]) {
    test(`by an octave either way at ${rate} Hz leaves a tone of 6.5 kHz clean`, () => {
      for (const semitones of [-12, 12]) {
        const played = new PlayedEngine(rate);
        played.store(
          1,
          60,
          Float32Array.from({ length: 64000 }, (_, i) => Math.cos((2 * Math.PI * 6500 * i) / 16000)),
        );
        played.send({ type: 'pitchBend', semitones, time: 0 });
        played.play(0.3);
        played.noteOn(1, 60);
        played.play(0.05);
        const frequency = (6500 * 2 ** (semitones / 12)) / rate;
        const { amplitude, residual } = fitTone(played.play(0.15), frequency);
        assert.ok(Math.abs(toDecibels(amplitude / 0.25)) < 0.5);
        assert.ok(toDecibels((residual * Math.SQRT2) / amplitude) < -80);
      }
    });
  }
});

describe('the pedal', () => {
  test('holds notes that are let go until it comes up', () => {
    const played = withOrgan(60, 64);
    played.send({ type: 'sustain', down: true, time: 0 });
    played.noteOn(1, 60);
    played.noteOn(2, 64);
    played.play(0.1);
    played.noteOff(1);
    played.play(0.5);
    assert.ok(fundamental(played.play(0.5), 60) > -30);
    played.send({ type: 'sustain', down: false, time: 0 });
    played.play(0.3);
    assert.ok(fundamental(played.play(0.5), 60) < -60);
    assert.ok(fundamental(played.play(0.5), 64) > -30, 'the key that is down sounds on');
  });

  test('does not hold against all-notes-off', () => {
    const played = withOrgan(60);
    played.send({ type: 'sustain', down: true, time: 0 });
    played.noteOn(1, 60);
    played.play(0.1);
    played.noteOff(1);
    played.send({ type: 'allNotesOff', time: 0 });
    played.play(0.3);
    assert.equal(peakOf(played.play(0.1)), 0);
  });
});

test('all-sound-off is silence within 10 ms, without a click, and forgets what was to come', () => {
  const played = new PlayedEngine(RATE, { envelope: { ...PLAIN_ENVELOPE, release: 5 } });
  played.store(1, 60, organ(60));
  played.noteOn(1, 60);
  const own = sharpest(played.play(1));
  played.noteOn(2, 60, { time: played.frame / RATE + 0.1 });
  played.send({ type: 'allSoundOff' });
  assert.ok(sharpest(played.playOn(0.01)) < 1.5 * own);
  assert.equal(peakOf(played.play(0.3)), 0);
});

describe('stealing', () => {
  const pitches = Array.from({ length: 20 }, (_, i) => 48 + i);

  test('takes the quietest voice that was let go, else the oldest', () => {
    const played = withOrgan(...pitches);
    for (let i = 0; i < 16; i++) played.noteOn(i, 48 + i);
    played.play(0.2);
    played.noteOff(5);
    played.play(0.02);
    played.noteOn(16, 64);
    played.noteOn(17, 65);
    played.play(0.3);
    const sound = played.play(1);
    const silent = pitches.slice(0, 18).filter((pitch) => fundamental(sound, pitch) < -45);
    assert.deepEqual(silent, [48, 53]);
    assert.equal(played.report().activeVoices, 16);
  });

  test('does not click, and the new note starts at once', () => {
    const played = withOrgan(...pitches);
    for (let i = 0; i < 16; i++) played.noteOn(i, 48 + i, { gain: 0.1 });
    const own = sharpest(played.play(2).subarray(RATE));
    for (let i = 16; i < 40; i++) {
      played.noteOn(i, 48 + (i % 20), { gain: 0.1 });
      // The chord changes, so its own sharpness does. One voice cut off would be ten times as sharp.
      assert.ok(sharpest(played.playOn(0.05)) < 2 * own);
    }
  });

  test('bears far more notes in one quantum than there are voices', () => {
    const played = withOrgan(...pitches);
    played.noteOn(0, 48, { gain: 0.2 });
    const own = sharpest(played.play(1));
    for (let i = 1; i < 200; i++) played.noteOn(i, 48 + (i % 20), { gain: 0.01 });
    assert.ok(sharpest(played.playOn(0.1)) < 2 * own);
    assert.equal(played.report().activeVoices, 16);
  });
});

test('sixteen loud notes stay below full scale, and bend rather than clip', () => {
  const played = withOrgan(60);
  for (let i = 0; i < 16; i++) played.noteOn(i, 60);
  const sound = played.play(1);
  assert.ok(peakOf(sound) <= 1);
  assert.ok(peakOf(sound) > 0.95);
  let flat = 0;
  for (let i = 1; i < sound.length; i++) if (Math.abs(sound[i]) > 0.75 && sound[i] === sound[i - 1]) flat++;
  assert.ok(flat / sound.length < 0.02, `${flat} samples of a flat top`);
});

describe('a note that is not there', () => {
  test('is reported as missing, once, and its nearest neighbour sounds at its pitch', () => {
    const played = withOrgan(48, 64);
    played.noteOn(1, 60);
    assert.deepEqual(played.answers, [{ type: 'missing', timbre: 1, pitch: 60 }]);
    played.play(0.2);
    assert.ok(fundamental(played.play(1), 60) > -20);
  });

  test('sounds in the timbre of before, where the new one has no note at all', () => {
    const played = withOrgan(60);
    played.send({ type: 'timbre', timbre: 2 });
    played.noteOn(1, 62);
    played.play(0.2);
    assert.ok(fundamental(played.play(1), 62) > -20);
  });

  test('waits where nothing is there at all, starts from its beginning, and was counted', () => {
    const played = new PlayedEngine(RATE);
    played.noteOn(1, 60);
    assert.equal(peakOf(played.play(0.5)), 0);
    assert.ok(played.report().starvedQuanta > 180);
    played.store(1, 60, marimba(60, 100));
    // Its attack, which lasts for some ms only, is heard.
    assert.ok(levelOf(played.play(0.05)) > -35);
  });

  test('does not start once it was let go', () => {
    const played = new PlayedEngine(RATE);
    played.noteOn(1, 60);
    played.play(0.1);
    played.noteOff(1);
    played.store(1, 60, organ(60));
    assert.equal(peakOf(played.play(0.5)), 0);
    assert.equal(played.report().activeVoices, 0);
  });

  test('starts when its first chunk is there, and goes on as the rest arrives', () => {
    const whole = withOrgan(60);
    whole.noteOn(1, 60);
    const expected = whole.play(1);

    const played = new PlayedEngine(RATE);
    const loop = { loopStart: 11200, loopEnd: 45000, loopGain: 1, peak: peakOf(organ(60)) };
    const slot = played.begin({ timbre: 1, pitch: 60, length: 46000, ...loop });
    played.noteOn(1, 60);
    played.append(slot, organ(60), 0, 4096);
    const sound = new Float32Array(expected.length);
    for (let i = 0, at = 4096; i < 375; i++) {
      sound.set(played.play(128 / RATE), i * 128);
      if (at < 45000) played.append(slot, organ(60), at, (at += 256));
    }
    assert.ok(peakOf(sound.map((x, i) => x - expected[i]).subarray(0, RATE / 2)) < 0.001);
    assert.equal(played.report().starvedQuanta, 0);
  });

  test('that runs dry in its middle fades, waits, and goes on, without a click', () => {
    const played = new PlayedEngine(RATE);
    const audio = organ(60);
    const loop = { loopStart: 11200, loopEnd: 45000, loopGain: 1, peak: 0.4 };
    const slot = played.begin({ timbre: 1, pitch: 60, length: 46000, ...loop });
    played.append(slot, audio, 0, 8000);
    played.noteOn(1, 60);
    const own = sharpest(played.play(0.3));
    const dry = played.play(0.5);
    assert.equal(peakOf(dry.subarray(RATE / 4)), 0);
    assert.ok(played.report().starvedQuanta > 50);
    played.append(slot, audio, 8000, 46000);
    const wet = played.play(1);
    assert.ok(levelOf(wet.subarray(RATE / 4)) > -30);
    assert.ok(sharpest(dry) < 1.5 * own && sharpest(wet) < 1.5 * own);
  });

  test('whose rest will never come gives way to another', () => {
    const played = withOrgan(64);
    const loop = { loopStart: 11200, loopEnd: 45000, loopGain: 1, peak: 0.4 };
    const slot = played.begin({ timbre: 1, pitch: 60, length: 46000, ...loop });
    played.append(slot, organ(60), 0, 8000);
    played.noteOn(1, 60);
    played.play(0.1);
    played.engine.bank.abandonNote(slot);
    played.play(1);
    assert.ok(levelOf(played.play(0.5)) > -30);
  });
});

describe('a better note that arrives', () => {
  /** Plays the nearest note for a while, then stores the note itself; gives the second around that. */
  function arrival(seed: number): Float32Array {
    const played = withOrgan(55);
    played.noteOn(1, 60);
    const before = played.play(0.5 + seed / 777);
    played.store(1, 60, organ(60, { seed }));
    const after = played.play(0.5);
    return Float32Array.from([...before.subarray(-RATE / 2), ...after]);
  }

  test('is cross-faded to in phase: neither dip nor click', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const sound = arrival(seed);
      const measured = levels(sound, RATE / 100);
      const ends = [...measured.slice(40, 49), ...measured.slice(60, 70)];
      const dip = Math.min(...ends) - Math.min(...measured.slice(49, 60));
      assert.ok(dip < 0.75, `seed ${seed}: a dip of ${dip.toFixed(2)} dB`);
      assert.ok(clickiness(sound, RATE / 50) < 1.5, `seed ${seed}: ${clickiness(sound, RATE / 50)}`);
    }
  });

  test('of another timbre is cross-faded to under a held note, which was reported as missing', () => {
    const played = withOrgan(60);
    played.noteOn(1, 60);
    played.play(0.5);
    played.send({ type: 'timbre', timbre: 2 });
    assert.deepEqual(played.answers, [{ type: 'missing', timbre: 2, pitch: 60 }]);
    const own = sharpest(played.play(0.3));
    played.store(2, 60, organ(60, { amplitudes: [1, 0, 1], seed: 9 }));
    assert.ok(sharpest(played.playOn(0.1)) < 1.5 * own);
    const sound = played.play(1);
    const third = toDecibels(fitTone(sound, (3 * frequencyOf(60)) / RATE).amplitude);
    assert.ok(Math.abs(third - fundamental(sound, 60)) < 1);
  });

  test('follows a pad that is moved back and forth without zipper noise', () => {
    const played = new PlayedEngine(RATE);
    for (let timbre = 1; timbre <= 8; timbre++) {
      played.store(timbre, 60, organ(60, { amplitudes: [1, 0.1 * timbre], seed: timbre }));
    }
    played.noteOn(1, 60);
    // The sharpest of the eight.
    played.send({ type: 'timbre', timbre: 8 });
    const own = sharpest(played.play(1));
    for (let i = 0; i < 100; i++) {
      played.send({ type: 'timbre', timbre: 1 + (i % 8) });
      const sound = played.playOn(0.017);
      assert.ok(sharpest(sound) < 1.5 * own);
      assert.ok(levelOf(sound) > -25);
    }
  });

  test('for sixteen voices at once reaches every one', () => {
    const played = new PlayedEngine(RATE, { noteSlots: 32 });
    const pitches = Array.from({ length: 16 }, (_, i) => 48 + i);
    for (const pitch of pitches) played.store(1, pitch, organ(pitch));
    for (const pitch of pitches) played.store(2, pitch, organ(pitch, { amplitudes: [0, 1] }));
    for (const pitch of pitches) played.noteOn(pitch, pitch, { gain: 0.1 });
    played.play(1);
    played.send({ type: 'timbre', timbre: 2 });
    played.play(0.2);
    const sound = played.play(1);
    for (const pitch of pitches.slice(0, 12)) assert.ok(fundamental(sound, pitch) < -60, `${pitch}`);
  });
});

describe('the note bank', () => {
  test('drops the note that was not used for longest, but none that is sounding', () => {
    const played = new PlayedEngine(RATE, { noteSlots: 3 });
    for (const pitch of [60, 62, 64]) played.store(1, pitch, organ(pitch));
    played.noteOn(1, 60);
    played.play(0.1);
    played.store(1, 65, organ(65));
    assert.deepEqual(played.report().stored, [1, 60, 1, 65, 1, 64]);
    for (const pitch of [66, 67, 68, 69]) played.store(1, pitch, organ(pitch));
    assert.ok(fundamental(played.play(1), 60) > -20);
    assert.deepEqual(played.report().stored.slice(0, 2), [1, 60]);
  });

  test('has no room when every slot is sounding, and says so', () => {
    const played = new PlayedEngine(RATE, { noteSlots: 1 });
    played.store(1, 60, organ(60));
    played.noteOn(1, 60);
    played.play(0.1);
    const header = { timbre: 1, pitch: 62, length: 100, loopStart: 0, loopEnd: 100, loopGain: 1, peak: 1 };
    assert.equal(played.begin(header), -1);
  });

  test('keeps one of a note that is rendered twice', () => {
    const played = withOrgan(60, 60);
    assert.deepEqual(played.report().stored, [1, 60]);
  });
});
