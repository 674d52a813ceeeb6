import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { MergedInput, type InstrumentMessage } from './merged-input.js';

let sent: InstrumentMessage[];
let input: MergedInput;

const noteOn = (port: string, pitch: number, channel = 0) =>
  input.receive(port, { type: 'noteOn', channel, pitch, velocity: 80 });
const noteOff = (port: string, pitch: number, channel = 0) =>
  input.receive(port, { type: 'noteOff', channel, pitch });
const ofType = (type: InstrumentMessage['type']) => sent.filter((message) => message.type === type);

describe('several ports on one instrument', () => {
  beforeEach(() => {
    sent = [];
    input = new MergedInput((message) => sent.push(message));
  });

  test('a note that two hold ends with the second', () => {
    noteOn('a', 60);
    noteOn('b', 60);
    noteOff('a', 60);
    assert.equal(ofType('noteOff').length, 0);
    noteOff('b', 60);
    assert.deepEqual(ofType('noteOff'), [{ type: 'noteOff', pitch: 60 }]);
  });

  test('two channels of one port are two', () => {
    noteOn('a', 60, 0);
    noteOn('a', 60, 1);
    noteOff('a', 60, 0);
    assert.equal(ofType('noteOff').length, 0);
  });

  test('a note-off that nobody waits for is dropped', () => {
    noteOff('a', 60);
    assert.deepEqual(sent, []);
  });

  test('the pedal is up when the last foot is off', () => {
    const pedal = (port: string, down: boolean) => input.receive(port, { type: 'sustain', channel: 0, down });
    pedal('a', true);
    pedal('b', true);
    pedal('a', false);
    pedal('b', false);
    assert.deepEqual(sent, [
      { type: 'sustain', down: true },
      { type: 'sustain', down: false },
    ]);
  });

  test('a port that goes leaves no note, no pedal and no bend', () => {
    noteOn('a', 60);
    noteOn('a', 64, 5);
    noteOn('b', 67);
    input.receive('a', { type: 'sustain', channel: 0, down: true });
    input.receive('a', { type: 'pitchBend', channel: 0, semitones: 1 });
    sent = [];
    input.release('a');
    assert.deepEqual(sent, [
      { type: 'noteOff', pitch: 60 },
      { type: 'noteOff', pitch: 64 },
      { type: 'sustain', down: false },
      { type: 'pitchBend', semitones: 0 },
    ]);
    sent = [];
    input.release('a');
    assert.deepEqual(sent, []);
  });

  test("a port's name may hold blanks and digits", () => {
    noteOn('port 1', 60);
    input.release('port');
    assert.equal(ofType('noteOff').length, 0);
    input.release('port 1');
    assert.equal(ofType('noteOff').length, 1);
  });

  test('all-notes-off ends each note that is held, once', () => {
    noteOn('a', 60);
    noteOn('b', 64);
    input.receive('a', { type: 'allNotesOff', channel: 0 });
    noteOff('a', 60);
    noteOff('b', 64);
    assert.deepEqual(sent.slice(2), [
      { type: 'noteOff', pitch: 60 },
      { type: 'noteOff', pitch: 64 },
      { type: 'allNotesOff' },
    ]);
  });
});
