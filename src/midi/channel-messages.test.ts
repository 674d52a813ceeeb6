import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ChannelMessageReader } from './channel-messages.js';

/** Reads messages one after another and returns the answers to the last. */
function readAll(...messages: number[][]) {
  const reader = new ChannelMessageReader();
  return messages.map((bytes) => reader.read(bytes)).at(-1);
}

describe('channel messages', () => {
  test('note-on and note-off', () => {
    assert.deepEqual(readAll([0x93, 60, 100]), [{ type: 'noteOn', channel: 3, pitch: 60, velocity: 100 }]);
    assert.deepEqual(readAll([0x80, 60, 64]), [{ type: 'noteOff', channel: 0, pitch: 60 }]);
  });

  test('a note-on of velocity 0 is a note-off', () => {
    assert.deepEqual(readAll([0x90, 60, 0]), [{ type: 'noteOff', channel: 0, pitch: 60 }]);
  });

  test('the bend wheel reaches two semitones both ways, and nothing in the middle', () => {
    assert.deepEqual(readAll([0xe0, 0x00, 0x40]), [{ type: 'pitchBend', channel: 0, semitones: 0 }]);
    assert.deepEqual(readAll([0xe0, 0x7f, 0x7f]), [{ type: 'pitchBend', channel: 0, semitones: 2 }]);
    assert.deepEqual(readAll([0xe0, 0x00, 0x00]), [{ type: 'pitchBend', channel: 0, semitones: -2 }]);
  });

  test('registered parameter 0 sets the bend range, in semitones and cents, on its channel alone', () => {
    const rpn0 = [[0xb1, 101, 0], [0xb1, 100, 0], [0xb1, 6, 12], [0xb1, 38, 50]]; // prettier-ignore
    assert.deepEqual(readAll(...rpn0, [0xe1, 0x7f, 0x7f]), [
      { type: 'pitchBend', channel: 1, semitones: 12.5 },
    ]);
    assert.deepEqual(readAll(...rpn0, [0xe0, 0x7f, 0x7f]), [{ type: 'pitchBend', channel: 0, semitones: 2 }]);
  });

  test('a new range moves a note that is bent already', () => {
    assert.deepEqual(readAll([0xe0, 0x7f, 0x7f], [0xb0, 101, 0], [0xb0, 100, 0], [0xb0, 6, 48]), [
      { type: 'pitchBend', channel: 0, semitones: 48 },
    ]);
  });

  test('data entry for another parameter leaves the range alone', () => {
    const bendUp = [0xe0, 0x7f, 0x7f];
    const two = [{ type: 'pitchBend', channel: 0, semitones: 2 }];
    const fineTuning = [[0xb0, 101, 0], [0xb0, 100, 1], [0xb0, 6, 12]]; // prettier-ignore
    const makersOwn = [[0xb0, 101, 0], [0xb0, 100, 0], [0xb0, 99, 1], [0xb0, 98, 8], [0xb0, 6, 12]]; // prettier-ignore
    const deselected = [[0xb0, 101, 0], [0xb0, 100, 0], [0xb0, 101, 127], [0xb0, 100, 127], [0xb0, 6, 12]]; // prettier-ignore
    assert.deepEqual(readAll(...fineTuning, bendUp), two);
    assert.deepEqual(readAll(...makersOwn, bendUp), two);
    assert.deepEqual(readAll(...deselected, bendUp), two);
    assert.deepEqual(readAll([0xb0, 6, 12], bendUp), two);
  });

  test('controller 64 is the sustain pedal, down from 64 on', () => {
    assert.deepEqual(readAll([0xb0, 64, 64])?.[1], { type: 'sustain', channel: 0, down: true });
    assert.deepEqual(readAll([0xb0, 64, 63])?.[1], { type: 'sustain', channel: 0, down: false });
  });

  test('controllers 123 to 127 let go of all notes, 120 silences them', () => {
    for (const controller of [123, 124, 125, 126, 127]) {
      const read = readAll([0xb3, controller, 0]);
      assert.deepEqual(read, [{ type: 'allNotesOff', channel: 3 }], String(controller));
    }
    assert.deepEqual(readAll([0xb3, 120, 0]), [{ type: 'allSoundOff', channel: 3 }]);
    assert.deepEqual(readAll([0xb0, 122, 0]), []);
  });

  test('controller 66 is the sostenuto pedal', () => {
    assert.deepEqual(readAll([0xb0, 66, 127])?.[1], { type: 'sostenuto', channel: 0, down: true });
    assert.deepEqual(readAll([0xb0, 66, 0])?.[1], { type: 'sostenuto', channel: 0, down: false });
  });

  test('controller 67, the soft pedal, makes notes softer on its channel until it comes up', () => {
    const velocity = (...messages: number[][]) => {
      const [message] = readAll(...messages) ?? [];
      return message.type === 'noteOn' ? message.velocity : undefined;
    };
    assert.equal(velocity([0xb0, 67, 127], [0x90, 60, 100]), 80);
    assert.equal(velocity([0xb0, 67, 127], [0x90, 60, 1]), 1);
    assert.equal(velocity([0xb0, 67, 127], [0x91, 60, 100]), 100);
    assert.equal(velocity([0xb0, 67, 127], [0xb0, 67, 0], [0x90, 60, 100]), 100);
    assert.equal(velocity([0xb0, 67, 127], [0xb0, 121, 0], [0x90, 60, 100]), 100);
  });

  test('other controllers are passed on', () => {
    assert.deepEqual(readAll([0xb2, 74, 33]), [
      { type: 'controlChange', channel: 2, controller: 74, value: 33 },
    ]);
  });

  test('controller 121 lifts the pedals, centres the wheel and resets modulation and expression', () => {
    assert.deepEqual(readAll([0xe0, 0x7f, 0x7f], [0xb0, 64, 127], [0xb0, 121, 0]), [
      { type: 'sustain', channel: 0, down: false },
      { type: 'sostenuto', channel: 0, down: false },
      { type: 'pitchBend', channel: 0, semitones: 0 },
      { type: 'controlChange', channel: 0, controller: 1, value: 0 },
      { type: 'controlChange', channel: 0, controller: 11, value: 127 },
    ]);
  });

  test('controller 121 leaves the bend range, and forgets which parameter was selected', () => {
    const range = [[0xb0, 101, 0], [0xb0, 100, 0], [0xb0, 6, 12]]; // prettier-ignore
    const reset = [0xb0, 121, 0];
    const twelve = [{ type: 'pitchBend', channel: 0, semitones: 12 }];
    assert.deepEqual(readAll(...range, reset, [0xe0, 0x7f, 0x7f]), twelve);
    assert.deepEqual(readAll(...range, reset, [0xb0, 6, 7], [0xe0, 0x7f, 0x7f]), twelve);
  });

  test('whatever is no whole channel message gives nothing', () => {
    for (const bytes of [
      [],
      [0x90],
      [0x90, 60],
      [0x90, 60, 200],
      [0x90, 200, 1],
      [60, 100],
      [0xf8],
      [0xf0, 1, 0xf7],
      [0xe0, 0],
      [0xb0, 64],
    ]) {
      assert.deepEqual(readAll(bytes), [], bytes.join(' '));
    }
  });
});
