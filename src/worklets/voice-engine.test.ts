/** The engine as it is played: notes, bend, pedal, stealing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { noteGain } from '../audio/level.js';
import { fitTone, levels, sharpest, toDecibels } from '../audio/measure.testing.js';
import { organ } from '../audio/synthetic-note.testing.js';
import {
  PLAIN_ENVELOPE,
  PlayedEngine,
  fundamental,
  levelOf,
  peakOf,
  withOrgan,
} from './played-engine.testing.js';

const RATE = 48000;

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

  test('is equally loud whether it was rendered loud or quiet', () => {
    const sounds = [1, 0.1].map((factor) => {
      const played = new PlayedEngine(RATE);
      played.store(
        1,
        60,
        organ(60).map((x) => factor * x),
      );
      played.noteOn(1, 60);
      return levelOf(played.play(1));
    });
    assert.ok(Math.abs(sounds[0] - sounds[1]) < 0.01);
    assert.ok(Math.abs(sounds[0] + 22) < 1, `${sounds[0]} dB`);
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
      assert.ok(Math.abs(level + 16) < 6, `${pitch}: ${level} dB`);
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
    const slot = played.begin(1, 60);
    played.append(slot, audio, 0, 64000);
    played.end(slot, { loopStart: 11200, loopEnd: 45000, decay: 0, release: 0 });
    played.noteOn(1, 60);
    assert.ok(played.play(0.5).every(Number.isFinite));
  });

  test('of a gain that is none gets no place, and one whose loop makes no sense is abandoned', () => {
    const played = new PlayedEngine(RATE);
    for (const gain of [0, -1, NaN, Infinity]) assert.equal(played.begin(1, 60, gain), -1, `${gain}`);
    const good = { loopStart: 11200, loopEnd: 45000, decay: 0, release: 0 };
    for (const bad of [
      { loopEnd: 11200 },
      { loopEnd: 50001 },
      { loopEnd: NaN },
      { loopStart: -1 },
      { decay: -1 },
      { release: NaN },
    ]) {
      const slot = played.begin(1, 60);
      played.append(slot, organ(60), 0, 50000);
      played.end(slot, { ...good, ...bad });
      assert.deepEqual(played.report().stored, [], JSON.stringify(bad));
    }
    const slot = played.begin(1, 60);
    played.append(slot, organ(60), 0, 50000);
    played.end(slot, good);
    assert.deepEqual(played.report().stored, [1, 60]);
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
        const tone = Float32Array.from({ length: 64000 }, (_, i) =>
          Math.cos((2 * Math.PI * 6500 * i) / 16000),
        );
        played.store(1, 60, tone);
        played.send({ type: 'pitchBend', semitones, time: 0 });
        played.play(0.3);
        played.noteOn(1, 60);
        played.play(0.05);
        const frequency = (6500 * 2 ** (semitones / 12)) / rate;
        const { amplitude, residual } = fitTone(played.play(0.15), frequency);
        assert.ok(Math.abs(toDecibels(amplitude / noteGain(tone))) < 0.5);
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

test('all-notes-off forgets the notes that were to come, and none that come after it', () => {
  const played = withOrgan(48, 60, 72);
  played.noteOn(1, 60, { time: 0.2 });
  played.noteOff(1, 0.4);
  played.noteOn(2, 48, { time: 0.05 });
  played.send({ type: 'allNotesOff', time: 0.1 });
  played.noteOn(3, 72, { time: 0.6 });
  assert.ok(peakOf(played.play(0.1)) > 0.01);
  played.play(0.4); // the release
  assert.equal(peakOf(played.play(0.05)), 0);
  assert.ok(peakOf(played.play(0.2)) > 0.01);
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

test('thirty-two loud notes stay below full scale, and bend rather than clip', () => {
  const played = new PlayedEngine(RATE, { voices: 32 });
  played.store(1, 60, organ(60));
  for (let i = 0; i < 32; i++) played.noteOn(i, 60);
  const sound = played.play(1);
  assert.ok(peakOf(sound) <= 1);
  assert.ok(peakOf(sound) > 0.95);
  let flat = 0;
  for (let i = 1; i < sound.length; i++) if (Math.abs(sound[i]) > 0.75 && sound[i] === sound[i - 1]) flat++;
  assert.ok(flat / sound.length < 0.02, `${flat} samples of a flat top`);
});
