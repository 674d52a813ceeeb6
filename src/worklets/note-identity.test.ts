/** Notes of one pitch told apart, by their numbers and by their channels: release, bend, pedals, silence. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sharpest } from '../audio/measure.testing.js';
import { fundamental, levelOf, peakOf, withOrgan, type PlayedEngine } from './played-engine.testing.js';

const RATE = 48000;

/** Two notes of one pitch, on channels 1 and 2. */
function twoEqual(): PlayedEngine {
  const played = withOrgan(60);
  played.noteOn(1, 60, { channel: 1 });
  played.noteOn(2, 60, { channel: 2 });
  played.play(0.5);
  return played;
}

describe('two notes of one pitch', () => {
  test('sound at once, and each ends with its own release', () => {
    const played = twoEqual();
    assert.equal(played.report().activeVoices, 2);
    const both = levelOf(played.play(0.5));
    played.noteOff(1);
    played.play(0.3);
    assert.equal(played.report().activeVoices, 1);
    assert.ok(Math.abs(both - levelOf(played.play(0.5)) - 6) < 1);
    played.noteOff(2);
    played.play(0.3);
    assert.equal(peakOf(played.play(0.1)), 0);
  });

  test('bend apart: by their channels, or one by its number, without a click', () => {
    for (const target of [{ channel: 2 }, { note: 2 }]) {
      const played = twoEqual();
      const own = sharpest(played.play(0.5));
      played.send({ type: 'pitchBend', semitones: 3, time: 0, ...target });
      assert.ok(sharpest(played.playOn(0.2)) < 1.6 * own);
      const sound = played.play(1);
      assert.ok(fundamental(sound, 60) > -20 && fundamental(sound, 63) > -20, JSON.stringify(target));
    }
  });

  test('bend together with what bends all', () => {
    const played = twoEqual();
    played.send({ type: 'pitchBend', semitones: 3, time: 0, channel: 2 });
    played.send({ type: 'pitchBend', semitones: 4, time: 0 });
    played.play(0.3);
    const sound = played.play(1);
    assert.ok(fundamental(sound, 64) > -20 && fundamental(sound, 67) > -20);
    assert.ok(fundamental(sound, 60) < -50);
  });

  test('do not damp each other when one is struck again, the same string does', () => {
    const ringing = withOrgan(60);
    ringing.send({ type: 'envelope', envelope: { attack: 0.004, decay: 0.1, sustain: 1, release: 9 } });
    ringing.noteOn(1, 60, { channel: 1 });
    ringing.noteOn(2, 60, { channel: 2 });
    ringing.play(0.1);
    ringing.noteOff(1);
    ringing.noteOff(2);
    ringing.noteOn(3, 60, { channel: 1 });
    ringing.play(0.1);
    assert.equal(ringing.report().activeVoices, 2);
  });
});

test('a note begins with the bend of its own, and glides from there', () => {
  const played = withOrgan(60);
  played.noteOn(1, 60, { bend: 2 });
  assert.ok(fundamental(played.play(0.5).subarray(RATE / 10), 62) > -20);
  played.send({ type: 'pitchBend', semitones: 0, time: 0, note: 1 });
  played.play(0.2);
  assert.ok(fundamental(played.play(0.5), 60) > -20);
  played.noteOff(1);
  played.play(0.5);
  played.noteOn(2, 60);
  assert.ok(fundamental(played.play(0.5).subarray(RATE / 10), 60) > -20, 'the next note has none of it');
});

test('a note that was to begin after its note-off does not begin', () => {
  const played = withOrgan(60, 64);
  played.noteOn(1, 60, { time: 0.2 });
  played.noteOn(2, 64, { time: 0.2 });
  played.noteOff(1);
  played.play(0.5);
  const sound = played.play(0.5);
  assert.ok(fundamental(sound, 64) > -20 && fundamental(sound, 60) < -50);
});

describe('the sostenuto pedal', () => {
  const pedal = (played: PlayedEngine, down: boolean, channel?: number) =>
    played.send({ type: 'sostenuto', down, time: 0, channel });

  test('holds what was down when it went down, and nothing that came later', () => {
    const played = withOrgan(60, 64);
    played.noteOn(1, 60);
    played.play(0.1);
    pedal(played, true);
    played.noteOn(2, 64);
    played.play(0.1);
    for (const note of [1, 2]) played.noteOff(note);
    played.play(0.5);
    const sound = played.play(0.5);
    assert.ok(fundamental(sound, 60) > -20 && fundamental(sound, 64) < -50);
    pedal(played, false);
    played.play(0.3);
    assert.equal(peakOf(played.play(0.1)), 0);
  });

  test('of one channel leaves the others alone', () => {
    const played = twoEqual();
    pedal(played, true, 1);
    played.noteOff(1);
    played.noteOff(2);
    played.play(0.5);
    assert.equal(played.report().activeVoices, 1);
    pedal(played, false, 2);
    played.play(0.5);
    assert.equal(played.report().activeVoices, 1);
    pedal(played, false, 1);
    played.play(0.5);
    assert.equal(played.report().activeVoices, 0);
  });

  test('and the sustain pedal each hold by themselves: the last that comes up lets go', () => {
    for (const last of ['sostenuto', 'sustain'] as const) {
      const played = withOrgan(60);
      played.noteOn(1, 60);
      played.play(0.1);
      for (const type of ['sostenuto', 'sustain'] as const) played.send({ type, down: true, time: 0 });
      played.noteOff(1);
      played.send({ type: last === 'sustain' ? 'sostenuto' : 'sustain', down: false, time: 0 });
      played.play(0.5);
      assert.ok(levelOf(played.play(0.2)) > -30, `${last} still holds it`);
      played.send({ type: last, down: false, time: 0 });
      played.play(0.3);
      assert.equal(peakOf(played.play(0.1)), 0);
    }
  });
});

describe('silence in the same task as other commands (P7)', () => {
  /** Plays a note of one beat and listens where it must be over. */
  const rings = (played: PlayedEngine) => {
    played.noteOn(9, 60);
    played.play(0.25);
    played.noteOff(9);
    played.play(0.5);
    return peakOf(played.play(0.1)) > 0;
  };

  test('lifts the pedal that was lifted before it', () => {
    const played = withOrgan(60);
    played.send({ type: 'sustain', down: true, time: 0 });
    played.noteOn(1, 60);
    played.play(0.25);
    played.noteOff(1);
    played.send({ type: 'sustain', down: false, time: 0 });
    played.send({ type: 'allSoundOff' });
    assert.equal(rings(played), false);
  });

  test('lifts the sostenuto pedal, and centres the bend, that were before it', () => {
    const played = withOrgan(60);
    played.send({ type: 'pitchBend', semitones: 5, time: 0 });
    played.noteOn(1, 60);
    played.play(0.25);
    played.send({ type: 'sostenuto', down: true, time: 0 });
    played.play(0.01);
    played.send({ type: 'sostenuto', down: false, time: 0 });
    played.send({ type: 'pitchBend', semitones: 0, time: 0 });
    played.send({ type: 'allSoundOff' });
    played.play(0.1);
    played.noteOn(2, 60);
    played.play(0.1);
    assert.ok(fundamental(played.play(0.5), 60) > -20);
    played.noteOff(2);
    assert.equal(rings(played), false);
  });

  test('silences a note that was struck in that task, and keeps what was to come but notes', () => {
    const played = withOrgan(60);
    played.send({ type: 'sustain', down: true, time: 0 });
    played.noteOn(1, 60);
    played.send({ type: 'sustain', down: false, time: 0.1 });
    played.noteOn(2, 60, { time: 0.1 });
    played.send({ type: 'allSoundOff' });
    assert.equal(peakOf(played.play(0.4).subarray(RATE / 50)), 0);
    assert.equal(rings(played), false, 'the pedal came up at its time');
  });

  test('of one channel is silence within 10 ms for that one, under the pedal too', () => {
    const played = twoEqual();
    played.send({ type: 'sustain', down: true, time: 0 });
    played.noteOff(1);
    played.play(0.1);
    played.noteOn(3, 60, { channel: 1, time: 5 });
    played.send({ type: 'allSoundOff', channel: 1 });
    played.play(0.01);
    assert.equal(played.report().activeVoices, 1);
    played.send({ type: 'sustain', down: false, time: 0 });
    assert.ok(levelOf(played.play(0.5)) > -30, 'the other channel sounds on');
    played.play(5);
    assert.equal(played.report().activeVoices, 1);
  });
});
