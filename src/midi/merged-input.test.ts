import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { ChannelMessageReader } from './channel-messages.js';
import { MergedInput, type InstrumentMessage } from './merged-input.js';

let sent: InstrumentMessage[];
let input: MergedInput;
let readers: Map<string, ChannelMessageReader>;

/** Makes a port send bytes. */
function send(port: string, ...bytes: number[]): void {
  const reader = readers.get(port) ?? new ChannelMessageReader();
  readers.set(port, reader);
  for (const message of reader.read(bytes)) input.receive(port, message);
}
const ofType = <T extends InstrumentMessage['type']>(type: T) =>
  sent.filter((message): message is Extract<InstrumentMessage, { type: T }> => message.type === type);
const pitchesOff = () => ofType('noteOff').map(({ pitch }) => pitch);
/** Pitches of the notes that were begun and not ended, by their numbers. */
const sounding = () => {
  const ended = new Set(ofType('noteOff').map(({ note }) => note));
  return ofType('noteOn').filter(({ note }) => !ended.has(note)).map(({ pitch }) => pitch);
}; // prettier-ignore

const SUSTAIN_DOWN = [0xb0, 64, 127] as const;
const ALL_NOTES_OFF = [0xb0, 123, 0] as const;
const ALL_SOUND_OFF = [0xb0, 120, 0] as const;

beforeEach(() => {
  sent = [];
  readers = new Map();
  input = new MergedInput((message) => sent.push(message));
});

describe('one pitch that several hold (P4)', () => {
  test('two ports hold two notes: each ends with its own', () => {
    send('a', 0x90, 60, 100);
    send('b', 0x90, 60, 100);
    send('a', 0x80, 60, 0);
    assert.deepEqual(sounding(), [60]);
    send('b', 0x80, 60, 0);
    assert.deepEqual(sounding(), []);
  });

  test('so do two channels of one port', () => {
    send('a', 0x90, 60, 100);
    send('a', 0x91, 60, 100);
    send('a', 0x80, 60, 0);
    assert.deepEqual(sounding(), [60]);
    const [first, second] = ofType('noteOn');
    assert.notEqual(first.channel, second.channel);
    assert.deepEqual(ofType('noteOff'), [{ type: 'noteOff', pitch: 60, note: first.note }]);
  });

  test('a key struck again without a note-off is one note after the other', () => {
    send('a', 0x90, 60, 100);
    send('a', 0x90, 60, 90);
    assert.deepEqual(sent.map(({ type }) => type), ['noteOn', 'noteOff', 'noteOn']); // prettier-ignore
    send('a', 0x80, 60, 0);
    assert.deepEqual(sounding(), []);
  });

  test('a note-off that nobody waits for is dropped', () => {
    send('a', 0x80, 60, 0);
    assert.deepEqual(sent, []);
  });
});

describe('All Notes Off (P2, P3)', () => {
  test('speaks for its own port', () => {
    send('a', 0x90, 60, 100);
    send('b', 0x90, 67, 100);
    send('b', 0x80, 67, 0);
    send('b', ...ALL_NOTES_OFF);
    assert.deepEqual(sounding(), [60]);
    assert.deepEqual(pitchesOff(), [67]);
  });

  test('speaks for its own channel of that port', () => {
    send('a', 0x90, 60, 100);
    send('a', 0x91, 64, 100);
    send('a', 0xb1, 123, 0);
    assert.deepEqual(sounding(), [60]);
  });

  test('is a note-off for each note, which the pedal holds, and none for those that came up', () => {
    send('a', ...SUSTAIN_DOWN);
    send('a', 0x90, 60, 100);
    send('a', 0x90, 64, 100);
    send('a', 0x80, 60, 0);
    send('a', ...ALL_NOTES_OFF);
    assert.deepEqual(pitchesOff(), [60, 64]);
    assert.deepEqual(ofType('sustain'), [{ type: 'sustain', down: true }]);
    assert.deepEqual(ofType('allSoundOff'), []);
  });

  test('comes by every mode message from 124 to 127 too', () => {
    for (const controller of [124, 125, 126, 127]) {
      send('a', 0x90, 60, 100);
      send('b', 0x90, 60, 100);
      send('a', 0xb0, controller, 0);
      assert.deepEqual(sounding(), [60], String(controller));
      send('b', 0x80, 60, 0);
    }
  });
});

test('All Sound Off ends the notes of its port and channel, and silences what of them still sounds', () => {
  send('a', ...SUSTAIN_DOWN);
  send('a', 0x90, 60, 100);
  send('a', 0x91, 64, 100);
  send('b', 0x90, 67, 100);
  send('a', ...ALL_SOUND_OFF);
  assert.deepEqual(sounding(), [64, 67]);
  const [{ channel }] = ofType('noteOn');
  assert.deepEqual(sent.at(-1), { type: 'allSoundOff', channel });
});

test('Reset All Controllers lifts the pedals and centres the bend of its own port and channel', () => {
  for (const port of ['a', 'b']) {
    send(port, 0x90, 60, 100);
    send(port, ...SUSTAIN_DOWN);
    send(port, 0xb0, 66, 127);
    send(port, 0xe0, 0x7f, 0x7f);
  }
  sent = [];
  send('a', 0xb0, 121, 0);
  assert.deepEqual(ofType('sustain'), [], "b's foot is on the pedal");
  assert.equal(ofType('sostenuto').length, 1);
  assert.equal(ofType('pitchBend').length, 1);
  assert.deepEqual(ofType('noteOff'), []);
  send('b', 0xb0, 121, 0);
  assert.deepEqual(ofType('sustain'), [{ type: 'sustain', down: false }]);
});

test('the pedal is up when the last foot is off', () => {
  send('a', ...SUSTAIN_DOWN);
  send('b', ...SUSTAIN_DOWN);
  send('a', 0xb0, 64, 0);
  send('b', 0xb0, 64, 0);
  assert.deepEqual(ofType('sustain').map(({ down }) => down), [true, false]); // prettier-ignore
});

test('a bend is of its channel, and of the notes that begin while it lasts', () => {
  send('a', 0x90, 60, 100);
  send('a', 0xe0, 0x7f, 0x7f);
  send('a', 0x90, 64, 100);
  send('a', 0x91, 64, 100);
  const notes = ofType('noteOn');
  assert.deepEqual(notes.map(({ bend }) => bend), [0, 2, 0]); // prettier-ignore
  assert.deepEqual(ofType('pitchBend'), [{ type: 'pitchBend', semitones: 2, channel: notes[0].channel }]);
  assert.equal(notes[1].channel, notes[0].channel);
});

describe('a port that goes', () => {
  test('leaves no note, no pedal and no bend', () => {
    send('a', 0x90, 60, 100);
    send('a', 0x95, 64, 100);
    send('b', 0x90, 67, 100);
    send('a', ...SUSTAIN_DOWN);
    send('a', 0xb0, 66, 127);
    send('a', 0xe0, 0x7f, 0x7f);
    sent = [];
    input.release('a');
    assert.deepEqual(pitchesOff(), [60, 64]);
    for (const type of ['sustain', 'sostenuto'] as const) assert.deepEqual(ofType(type).map(({ down }) => down), [false]); // prettier-ignore
    assert.deepEqual(ofType('pitchBend').map(({ semitones }) => semitones), [0]); // prettier-ignore
    sent = [];
    input.release('a');
    assert.deepEqual(sent, []);
  });

  test('may have a name of blanks and digits', () => {
    send('port 1', 0x90, 60, 100);
    input.release('port');
    assert.deepEqual(pitchesOff(), []);
    input.release('port 1');
    assert.deepEqual(pitchesOff(), [60]);
  });
});
