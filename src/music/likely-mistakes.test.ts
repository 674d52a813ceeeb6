/** Arguments of the wrong kind, as they are mistyped in JavaScript, are told by what they should be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeWav } from '../audio/wav.js';
import * as music from './index.js';

const song: music.NoteSequence = {
  notes: [{ pitch: 60, startTime: 0, endTime: 1, velocity: 90 }],
  totalTime: 1,
};

const MISTAKES: readonly (readonly [string, (wrong: never) => unknown, unknown, RegExp])[] = [
  ['two sequences to merge', (wrong) => music.mergeSequences(wrong), song, /\[one, another\]/],
  ['two sequences to join', (wrong) => music.concatenateSequences(wrong), song, /\[one, another\]/],
  ['seconds as a function of time', (wrong) => music.adjustTimes(song, wrong), 5, /a function of seconds/],
  ['a symbol as pitches', (wrong) => music.pitchesToChordSymbol(wrong), 'C', /a list of MIDI pitches/],
  ['a sequence as pitches', (wrong) => music.majorKey(wrong), song, /a list of MIDI pitches/],
  [
    'nothing as activations',
    (wrong) => music.pianoRollToSequence(wrong),
    {},
    /activations\.onsets is undefined/,
  ],
  ['a symbol as a sequence', (wrong) => music.chordNotes(wrong), 'Cm7', /parseChordSymbol/],
  ['a text as samples', (wrong) => encodeWav(wrong, 16000), 'x', /a Float32Array/],
  ['no sample rate', (wrong) => encodeWav(new Float32Array(2), wrong), undefined, /sampleRate is undefined/],
];

for (const [name, call, wrong, expected] of MISTAKES) {
  test(name, () => {
    assert.throws(() => call(wrong as never), { code: 'OPTION_INVALID', message: expected });
  });
}
