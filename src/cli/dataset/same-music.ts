/** Tells whether two pieces are the same music, in copies that differ in velocities, in tempo, or by the rounding of times. */
import { createHash } from 'node:crypto';
import { byTime } from '../../music/meter.js';
import { DEFAULT_QPM, type NoteSequence } from '../../music/note-sequence.js';

/** The length from the first onset to the last one in whole numbers; notes may end later. */
const SCALE = 32768;
/** Beats by which times may differ: 10 ms at 120 beats a minute. */
const TOLERANCE = 1 / 48;

export interface Music {
  /** A hash of how often each key is struck, which neither tempo nor rounding changes. */
  readonly keys: string;
  /** [2 * notes] Onset and end of each note in parts of the piece, by keys and then by onsets. */
  readonly times: Uint16Array;
  readonly tolerance: number;
}

/** @returns the beats that have passed at a time in seconds */
function beatsOf({ tempos = [] }: NoteSequence): (seconds: number) => number {
  const changes = tempos.filter(({ qpm }) => qpm > 0).toSorted(byTime);
  return (seconds) => {
    let [beats, from, qpm] = [0, 0, DEFAULT_QPM];
    for (const change of changes) {
      const { time = 0 } = change;
      if (time >= seconds) break;
      beats += ((time - from) * qpm) / 60;
      [from, qpm] = [time, change.qpm];
    }
    return beats + ((seconds - from) * qpm) / 60;
  };
}

/** Keys and times of the notes, in columns, by keys and then by onsets. */
function eventsOf(sequence: NoteSequence) {
  const { notes = [], quantizationInfo }: Partial<NoteSequence> = sequence;
  const beats = beatsOf(sequence);
  const keys = notes.map(({ pitch, isDrum }) => (pitch ?? 0) * 2 + (isDrum ? 1 : 0));
  const onsets = notes.map(({ startTime = 0, quantizedStartStep = 0 }) =>
    quantizationInfo ? quantizedStartStep : beats(startTime),
  );
  const ends = notes.map(({ endTime = 0, quantizedEndStep = 0 }) =>
    quantizationInfo ? quantizedEndStep : beats(endTime),
  );
  const order = notes
    .map((_, i) => i)
    .sort((a, b) => keys[a] - keys[b] || onsets[a] - onsets[b] || ends[a] - ends[b]);
  return { order, keys, onsets, ends };
}

/** Names, remarks, instruments and velocities do not count. */
export function musicOf(sequence: NoteSequence): Music {
  const { order, keys, onsets, ends } = eventsOf(sequence);
  const counts = new Map<number, number>();
  for (const i of order) counts.set(keys[i], (counts.get(keys[i]) ?? 0) + 1);
  const first = onsets.reduce((a, b) => Math.min(a, b), Infinity);
  const last = onsets.reduce((a, b) => Math.max(a, b), 0);
  const length =
    last > first ? last - first : ends.reduce((longest, end) => Math.max(longest, end - first), 0);
  const part = (beats: number) =>
    Math.min(0xffff, Math.round(length > 0 ? ((beats - first) / length) * SCALE : 0));
  const times = new Uint16Array(2 * order.length);
  order.forEach((note, i) => {
    times[2 * i] = part(onsets[note]);
    times[2 * i + 1] = part(ends[note]);
  });
  return {
    keys: createHash('sha256')
      .update(JSON.stringify([...counts]))
      .digest('hex'),
    times,
    tolerance: Math.max(2, length > 0 ? (TOLERANCE / length) * SCALE : 0),
  };
}

export function isSameMusic(a: Music, b: Music): boolean {
  if (a.keys !== b.keys) return false;
  const tolerance = Math.max(a.tolerance, b.tolerance);
  return a.times.every((time, i) => Math.abs(time - b.times[i]) <= tolerance);
}
