/** The notes that are heard play an instrument, and the instrument does not play itself. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NoteTarget } from '../../instruments/sequence-player.js';
import type { Note, NoteSequence } from '../../music/note-sequence.js';
import type { Transcription } from '../../models/onsets-frames/transcription.js';
import { LiveListening } from './live-listening.js';

interface Heard {
  readonly notes: readonly Note[];
  readonly ended: number;
}

const note = (pitch: number, startTime: number, endTime: number): Note => ({
  ...{ pitch, velocity: 64, startTime, endTime },
});

/** A listening whose transcription says what it is told to, a look at a time. */
function listening({ headphones = false, alone = false } = {}) {
  const played: string[] = [];
  const shown: NoteSequence[] = [];
  const target: NoteTarget = {
    noteOn: (pitch) => void played.push(`on ${pitch}`),
    noteOff: (pitch) => void played.push(`off ${pitch}`),
    allNotesOff: () => {},
  };
  let seconds = 0;
  let heard: Heard = { notes: [], ended: 0 };
  const sequence = async () => ({ notes: [...heard.notes], totalTime: seconds - 0.1 });
  const transcription: Transcription = {
    write: sequence,
    close: sequence,
    redraw: sequence,
    get endedCount() {
      return heard.ended;
    },
    get computing() {
      return 0.08 * seconds;
    },
    dispose: () => {},
  };
  const microphone = {
    sampleRate: 16000,
    get seconds() {
      return seconds;
    },
    close: async () => {},
  };
  const live = new LiveListening({
    target: () => (alone ? undefined : target),
    headphones: () => headphones,
    heard: (all) => void shown.push(all),
    tell: () => {},
    fail: assert.fail,
  });
  live.begin(microphone, transcription, 0.032);
  const look = async (at: number, notes: readonly Note[], ended = 0) => {
    seconds = at;
    heard = { notes, ended };
    live.hear(new Float32Array(512));
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { live, look, played, shown };
}

describe('an instrument that plays along', () => {
  test('plays what is heard, and lets go of all when the listening ends', async () => {
    const { live, look, played } = listening();
    await look(1, [note(60, 0.85, 0.9)]);
    await look(1.5, [note(60, 0.85, 1.4), note(64, 1.35, 1.4)], 1);
    assert.deepEqual(played, ['on 60', 'off 60', 'on 64']);
    await look(2, [note(60, 0.85, 1.4), note(64, 1.35, 1.9)], 1);
    await live.close();
    assert.deepEqual(played.slice(3), ['off 64']);
  });

  test('is not played by its own sound, which is not among the notes either', async () => {
    const { look, played, shown } = listening();
    await look(1, [note(60, 0.85, 0.9)]);
    // It sounds from 1 on, and is heard as the note again, and an octave higher.
    await look(1.3, [note(60, 0.85, 1.05), note(60, 1.05, 1.2), note(72, 1.08, 1.2)], 1);
    assert.deepEqual(played, ['on 60', 'off 60']);
    assert.deepEqual(shown.at(-1)?.notes.map(({ startTime }) => startTime), [0.85]); // prettier-ignore
  });

  test('is not held for ever by its own sound', async () => {
    const { look, played } = listening();
    await look(1, [note(60, 0.85, 0.9)]);
    for (let at = 2; at < 7; at++) await look(at, [note(60, 0.85, at - 0.1)]);
    assert.deepEqual(played, ['on 60', 'off 60']);
  });

  test('repeats and holds as the player does where the player wears headphones', async () => {
    const { look, played } = listening({ headphones: true });
    await look(1, [note(60, 0.85, 0.9)]);
    await look(1.2, [note(60, 0.85, 1.05), note(60, 1.05, 1.1)], 1);
    for (let at = 2; at < 7; at++) await look(at, [note(60, 0.85, 1.05), note(60, 1.05, at - 0.1)], 1);
    assert.deepEqual(played, ['on 60', 'off 60', 'on 60']);
  });

  test('need not be there: quick repeats are notes then', async () => {
    const { look, shown } = listening({ alone: true });
    await look(1, [note(60, 0.85, 0.9)]);
    await look(1.2, [note(60, 0.85, 1.05), note(60, 1.05, 1.1)], 1);
    assert.equal(shown.at(-1)?.notes.length, 2);
  });
});

test('the lag is from a sound to its note, the load what is computed of the time', async () => {
  const { live, look } = listening();
  for (let at = 1; at < 4; at += 0.5) await look(at, []);
  assert.ok(Math.abs(live.lag - 0.132) < 1e-6, String(live.lag));
  assert.ok(Math.abs(live.load - 0.08) < 1e-6, String(live.load));
});
