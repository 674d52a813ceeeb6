// Listening does the element by itself; this page has an example for those without a piano, which is played, recorded and listened to.
import { PlainKeys } from './dist/timbrel.js';
import { keepPage } from './keeping.js';
import { buttonsWork, spacePlaysLast, stayOnDrop } from './shared.js';

const $ = (id) => document.getElementById(id);
const ears = $('ears');

/** The first bars of the Prelude in C by J. S. Bach (BWV 846): each chord is broken twice, from the bottom up. */
const CHORDS = [
  [60, 64, 67, 72, 76],
  [60, 62, 69, 74, 77],
  [59, 62, 67, 74, 77],
  [60, 64, 67, 72, 76],
];
const SIXTEENTH = 0.19;
const RATE = 44100;

/** Plays the piece into a recording, as a sound of this page that nobody has heard. */
async function recording() {
  const seconds = CHORDS.length * 16 * SIXTEENTH + 1;
  const context = new OfflineAudioContext(1, Math.ceil(seconds * RATE), RATE);
  const keys = new PlainKeys();
  await keys.start({ context });
  let note = 0;
  const strike = (pitch, sixteenth, length, velocity) => {
    const origin = { note: ++note };
    const at = 0.2 + sixteenth * SIXTEENTH;
    keys.noteOn(pitch, velocity, at, origin);
    keys.noteOff(pitch, at + length * SIXTEENTH, origin);
  };
  CHORDS.flatMap((chord) => [chord, chord]).forEach(([bass, tenor, ...upper], half) => {
    const from = 8 * half;
    strike(bass, from, 8, 95);
    strike(tenor, from + 1, 7, 80);
    [...upper, ...upper].forEach((pitch, i) => strike(pitch, from + 2 + i, 1, 84));
  });
  return context.startRendering();
}

$('example').addEventListener('click', async () => {
  $('message').textContent = '';
  try {
    await restored;
    await ears.transcribe(await recording());
    await ears.play({ from: 0 });
  } catch (error) {
    // The element says by itself what went wrong with the listening.
    if (error.code === undefined) $('message').textContent = error.message;
  }
});

// One at a time: an answer is not played over the question.
for (const [begins, other] of [
  ['ears', 'writer'],
  ['writer', 'ears'],
])
  $(begins).addEventListener('sequence-play', ({ playing }) => playing && $(other).stop());

const restored = keepPage('timbrel-listen');
buttonsWork();
// Before anything was played: what was heard.
spacePlaysLast(ears);
stayOnDrop(() => ($('message').textContent = 'Drop a recording onto the roll: its notes are found.'));
