/** Tells whether two pieces are the same music, in copies that differ in velocities, in tempo, or by the rounding of times. */
import { createHash } from 'node:crypto';
import { byTime } from '../../music/meter.js';
import { DEFAULT_QPM, type Note, type NoteSequence } from '../../music/note-sequence.js';

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

interface Event {
  readonly key: number;
  readonly onset: number;
  readonly end: number;
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

function eventsOf(sequence: NoteSequence): Event[] {
  const { notes = [], quantizationInfo }: Partial<NoteSequence> = sequence;
  const beats = beatsOf(sequence);
  const times = ({ startTime = 0, endTime = 0, quantizedStartStep = 0, quantizedEndStep = 0 }: Note) =>
    quantizationInfo
      ? { onset: quantizedStartStep, end: quantizedEndStep }
      : { onset: beats(startTime), end: beats(endTime) };
  return notes
    .map((note) => ({ key: (note.pitch ?? 0) * 2 + (note.isDrum ? 1 : 0), ...times(note) }))
    .sort((a, b) => a.key - b.key || a.onset - b.onset || a.end - b.end);
}

/** Names, remarks, instruments and velocities do not count. */
export function musicOf(sequence: NoteSequence): Music {
  const events = eventsOf(sequence);
  const counts = new Map<number, number>();
  for (const { key } of events) counts.set(key, (counts.get(key) ?? 0) + 1);
  const onsets = events.map(({ onset }) => onset);
  const first = onsets.reduce((a, b) => Math.min(a, b), Infinity);
  const last = onsets.reduce((a, b) => Math.max(a, b), 0);
  const length =
    last > first ? last - first : events.reduce((longest, { end }) => Math.max(longest, end - first), 0);
  const part = (beats: number) =>
    Math.min(0xffff, Math.round(length > 0 ? ((beats - first) / length) * SCALE : 0));
  return {
    keys: createHash('sha256')
      .update(JSON.stringify([...counts]))
      .digest('hex'),
    times: Uint16Array.from(events.flatMap(({ onset, end }) => [part(onset), part(end)])),
    tolerance: Math.max(2, length > 0 ? (TOLERANCE / length) * SCALE : 0),
  };
}

export function isSameMusic(a: Music, b: Music): boolean {
  if (a.keys !== b.keys) return false;
  const tolerance = Math.max(a.tolerance, b.tolerance);
  return a.times.every((time, i) => Math.abs(time - b.times[i]) <= tolerance);
}
