import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DRUM_CHANNEL } from '../music/midi-meaning.js';
import { MidiOutputTarget } from './outputs.js';

function port() {
  const sent: [message: number[], time: number | undefined][] = [];
  return {
    sent,
    send: (message: number[], options?: { time?: number }) => sent.push([message, options?.time]),
  };
}

describe('a MIDI output', () => {
  test('is told notes ahead, in milliseconds of the page', () => {
    const { sent, ...sender } = port();
    const target = new MidiOutputTarget(sender);
    target.noteOn(60, 100, 12.5);
    target.noteOff(60, 13);
    assert.deepEqual(sent, [
      [[0x90, 60, 100], 12500],
      [[0x80, 60, 0], 13000],
    ]);
  });

  test('is told at once what is for now', () => {
    const { sent, ...sender } = port();
    new MidiOutputTarget(sender).noteOn(60, 100);
    assert.deepEqual(sent, [[[0x90, 60, 100], undefined]]);
  });

  test('has drums on channel 10', () => {
    const { sent, ...sender } = port();
    new MidiOutputTarget(sender, DRUM_CHANNEL).noteOn(36, 100);
    assert.equal(sent[0][0][0], 0x99);
  });

  test('is silenced now, and again when what was sent ahead has begun', () => {
    const { sent, ...sender } = port();
    const target = new MidiOutputTarget(sender);
    target.noteOn(60, 100, performance.now() / 1000 + 0.1);
    sent.length = 0;
    target.allNotesOff();
    const [[now, at], [later, then = 0]] = sent;
    assert.deepEqual([now[0], later[0], at], [0x80, 0x80, undefined]);
    assert.ok(then > performance.now() + 110, 'after the latest hand-over');
  });

  test('holds a pitch for as long as the last of its notes, and strikes it anew', () => {
    const { sent, ...sender } = port();
    const target = new MidiOutputTarget(sender);
    const statuses = () => sent.splice(0).map(([[status]]) => status);
    target.noteOn(60, 100, 0, { note: 1 });
    target.noteOn(60, 90, 0, { note: 2 });
    assert.deepEqual(statuses(), [0x90, 0x80, 0x90]);
    target.noteOff(60, 0, { note: 1 });
    assert.deepEqual(statuses(), []);
    target.noteOff(60, 0, { note: 2 });
    assert.deepEqual(statuses(), [0x80]);
  });

  test('that was unplugged is silent, and stops nobody else', () => {
    const unplugged = {
      send: () => {
        throw new DOMException('The port is disconnected', 'InvalidStateError');
      },
    };
    new MidiOutputTarget(unplugged).noteOn(60, 100);
  });
});
