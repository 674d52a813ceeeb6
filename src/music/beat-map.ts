/** Seconds and quarters of a sequence, piecewise linear, a piece for each tempo; and the beats of its bars. */
import { metreGrid, weightOf, type Weight } from './accents.js';
import { byTime, checkMeter } from './meter.js';
import { DEFAULT_QPM, type NoteSequence, type TimeSignature } from './note-sequence.js';

interface Piece {
  readonly seconds: number;
  readonly quarters: number;
  readonly qpm: number;
}

export type BeatMap = readonly Piece[];

/** Tempos of what is not above 0 are passed over; 120 quarters a minute where there is none. */
export function beatMap({ tempos = [] }: Pick<NoteSequence, 'tempos'>): BeatMap {
  const pieces: Piece[] = [{ seconds: 0, quarters: 0, qpm: DEFAULT_QPM }];
  for (const { time = 0, qpm } of tempos.toSorted(byTime)) {
    if (!(qpm > 0)) continue;
    const last = pieces[pieces.length - 1];
    const piece = { seconds: time, quarters: last.quarters + ((time - last.seconds) * last.qpm) / 60, qpm };
    if (time <= last.seconds) pieces.pop();
    pieces.push(piece);
  }
  return pieces;
}

const pieceAt = (map: BeatMap, field: 'seconds' | 'quarters', value: number): Piece =>
  map.findLast((piece) => piece[field] <= value) ?? map[0];

export function quartersAt(map: BeatMap, seconds: number): number {
  const piece = pieceAt(map, 'seconds', seconds);
  return piece.quarters + ((seconds - piece.seconds) * piece.qpm) / 60;
}

export function secondsAt(map: BeatMap, quarters: number): number {
  const piece = pieceAt(map, 'quarters', quarters);
  return piece.seconds + ((quarters - piece.quarters) * 60) / piece.qpm;
}

export interface Beat {
  /** Seconds. */
  readonly time: number;
  readonly weight: Weight;
}

/** Finer than any denominator that is written. */
const STEPS_PER_QUARTER = 64;
const COMMON_TIME: TimeSignature = { numerator: 4, denominator: 4 };

/**
 * The beats from `from` up to, not at, `to`, seconds: three eighths are one in 6/8 and its like. Bars are counted from each time signature.
 * @throws METER_INVALID
 */
export function beatsBetween(
  { tempos, timeSignatures = [] }: Pick<NoteSequence, 'tempos' | 'timeSignatures'>,
  from: number,
  to: number,
): Beat[] {
  const map = beatMap({ tempos });
  const metres = [COMMON_TIME, ...timeSignatures.toSorted(byTime)];
  return metres.flatMap((metre, i) => {
    checkMeter(metre);
    const end = i + 1 < metres.length ? Math.min(to, metres[i + 1].time ?? 0) : to;
    const grid = metreGrid(metre, STEPS_PER_QUARTER);
    const first = quartersAt(map, metre.time ?? 0);
    const quarters = grid.stepsPerBeat / STEPS_PER_QUARTER;
    const beats: Beat[] = [];
    // One more than is asked for at the beginning: rounding may have lost it.
    let beat = Math.max(0, Math.floor((quartersAt(map, from) - first) / quarters));
    for (; ; beat++) {
      const time = secondsAt(map, first + beat * quarters);
      if (time >= end) return beats;
      if (time >= from) beats.push({ time, weight: weightOf(beat * grid.stepsPerBeat, grid) });
    }
  });
}
