// Music that the band begins with: a chord sheet, a first beat; and what of it is whose.
import { elementsReady } from './shared.js';

/** What knows chords and files is not needed for playing: it comes after what is. */
export const music = elementsReady.then(() => import('./dist/music.js'));

/** Quarters of a bar. */
export const BAR = 4;

/** Quarters a minute of what is given. */
export const qpmOf = ({ tempos }) => tempos?.[0]?.qpm ?? 120;

/** Quarters in a second of a lane's sequence. */
export const quarters = ({ primer }) => qpmOf(primer) / 60;

/** A chord about middle C, struck every half bar. No bass: a voice below is for the network to find. */
export async function pitchesOf(symbol) {
  const { parseChordSymbol } = await music;
  return [...new Set(parseChordSymbol(symbol).pitches.map((pitch) => 60 + pitch))];
}

async function voicing(symbol, start, end, half) {
  const pitches = await pitchesOf(symbol);
  const strokes = Array.from(
    { length: Math.max(1, Math.round((end - start) / half)) },
    (_, i) => start + i * half,
  );
  return strokes.flatMap((startTime) =>
    pitches.map((pitch) => ({
      pitch,
      velocity: 80,
      startTime,
      endTime: Math.min(end, startTime + half),
    })),
  );
}

export async function chordSheet({ chords, bars, tempo }) {
  const totalTime = (bars * 240) / tempo;
  const length = totalTime / chords.length;
  const strokes = chords.map((symbol, i) =>
    symbol === 'N.C.' ? [] : voicing(symbol, i * length, (i + 1) * length, 120 / tempo),
  );
  const notes = (await Promise.all(strokes)).flat();
  return { tempos: [{ time: 0, qpm: tempo }], notes, totalTime };
}

export function firstBeat(tempo) {
  const step = 15 / tempo;
  const stroke = (pitch) => (at) => ({
    pitch,
    velocity: 100,
    isDrum: true,
    startTime: at * step,
    endTime: (at + 1) * step,
  });
  const notes = [
    ...[0, 8, 10].map(stroke(36)),
    ...[4, 12].map(stroke(38)),
    ...[0, 2, 4, 6, 8, 10, 12, 14].map(stroke(42)),
  ];
  return { tempos: [{ time: 0, qpm: tempo }], notes, totalTime: 16 * step };
}

/** Tells whether the player made it: it is neither empty, nor longer than two bars, nor the one that is there anyway. */
export function isOwnBeat(primer) {
  const { notes, totalTime = 0 } = primer;
  const qpm = qpmOf(primer);
  if (notes.length === 0 || (totalTime * qpm) / 480 > 1.01) return false;
  const strokes = (beat) =>
    beat.notes.map(({ pitch, startTime = 0 }) => `${pitch} ${Math.round((startTime * qpm) / 15)}`).sort();
  return strokes(primer).join() !== strokes(firstBeat(qpm)).join();
}

/** A lane's notes at another rate: in quarters for 1, in seconds for those of a quarter. */
export function notesAt(element, secondsOfQuarter = 1) {
  const rate = quarters(element) * secondsOfQuarter;
  return element.notes.map((note) => ({
    ...note,
    startTime: note.startTime * rate,
    endTime: note.endTime * rate,
  }));
}
