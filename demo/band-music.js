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

/** Bars that a chord may last: it changes on a bar line, or at least on a beat. */
const CHORD_BARS = [2, 1, 1 / 2, 1 / 4];

/**
 * The chords of a piece one after the other, each as long as the others: two bars, or less where more of them are to be heard. They are
 * repeated to the end of the piece.
 * @returns undefined where not even a beat is left for each
 */
export function chordsOver(bars, chords) {
  if (chords.length === 0) return [];
  const length = CHORD_BARS.find((each) => each * chords.length <= bars);
  return length && Array.from({ length: bars / length }, (_, i) => chords[i % chords.length]);
}

/** @param each chord of a piece, as {@link chordsOver} has them */
export async function chordSheet({ each, bars, tempo }) {
  const totalTime = (bars * 240) / tempo;
  const length = totalTime / each.length;
  const strokes = each.map((symbol, i) =>
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
