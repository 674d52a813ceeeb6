/** A score as it is played: repeats unfolded, ties joined, dynamics as velocities, quarters as seconds. */
import { byTime } from '../meter.js';
import {
  CHORD_SYMBOL,
  DEFAULT_QPM,
  type KeySignature,
  type Note,
  type NoteSequence,
  type Tempo,
  type TextAnnotation,
  type TimeSignature,
} from '../note-sequence.js';
import { VELOCITIES } from './dynamics.js';
import { barOf, type At, type Key, type Meter, type PartMeasure, type Score } from './score.js';
import { unfold } from './unfold.js';

/** A mistake of a file makes more measures than this. */
const MOST_MEASURES = 50_000;
/** Quarters by which a tied note may begin beside the end of the one before. */
const TIE_TOLERANCE = 1e-6;

/** The state when a measure begins, by the order on paper. */
interface Before {
  readonly qpm: number;
  readonly meter: Meter;
  readonly key: Key | undefined;
  /** Velocity of each part. */
  readonly levels: readonly number[];
}

type Growing<T> = { -readonly [K in keyof T]: T[K] };

const lastOf = <T>(events: readonly At<T>[], before: T): T => events[events.length - 1]?.value ?? before;

function beforeEach({ measures, parts }: Score): Before[] {
  let now: Before = {
    qpm: DEFAULT_QPM,
    meter: { numerator: 4, denominator: 4 },
    key: undefined,
    levels: parts.map(() => VELOCITIES.mf),
  };
  return measures.map(({ meter, key, tempos }, i) => {
    const before = { ...now, meter: meter ?? now.meter, key: key ?? now.key };
    now = {
      ...before,
      qpm: lastOf(tempos, now.qpm),
      levels: now.levels.map((level, part) => lastOf(parts[part].measures[i]?.levels ?? [], level)),
    };
    return before;
  });
}

/** Seconds from the beginning of a measure, by the tempos within it. */
function clockOf(qpm: number, tempos: readonly At<number>[]): (quarters: number) => number {
  const pieces = [{ at: 0, seconds: 0, qpm }];
  for (const { at, value } of tempos) {
    const last = pieces[pieces.length - 1];
    pieces.push({ at, seconds: last.seconds + ((at - last.at) * 60) / last.qpm, qpm: value });
  }
  return (quarters) => {
    const piece = pieces.findLast(({ at }) => at <= quarters) ?? pieces[0];
    return piece.seconds + ((quarters - piece.at) * 60) / piece.qpm;
  };
}

function velocityAt({ levels, accents }: PartMeasure, start: number, before: number): number {
  const accent = accents.find(({ at }) => Math.abs(at - start) < TIE_TOLERANCE);
  if (accent) return accent.value;
  return levels.findLast(({ at }) => at <= start + TIE_TOLERANCE)?.value ?? before;
}

/** @returns undefined where its repeats make more measures than any piece has */
export function scoreToSequence(score: Score): NoteSequence | undefined {
  const { measures, parts } = score;
  const order = unfold(
    measures.map(({ marks }) => marks),
    MOST_MEASURES,
  );
  if (!order) return undefined;
  const before = beforeEach(score);
  const notes: Growing<Note>[] = [];
  const tempos: Tempo[] = [];
  const timeSignatures: TimeSignature[] = [];
  const keySignatures: KeySignature[] = [];
  const textAnnotations: TextAnnotation[] = [];
  /** The latest note of a part and pitch, and the quarter of the piece in which it ends. */
  const latest = new Map<string, { note: Growing<Note>; end: number }>();
  let [quarters, seconds] = [0, 0];

  const tempoAt = (time: number, qpm: number) => {
    if (tempos[tempos.length - 1]?.time === time) tempos.pop();
    if (tempos[tempos.length - 1]?.qpm !== qpm) tempos.push({ time, qpm });
  };
  for (const index of order) {
    const measure = measures[index];
    const { qpm, meter, key, levels } = before[index];
    const from = seconds;
    const clock = clockOf(qpm, measure.tempos);
    const timeOf = (at: number) => from + clock(at);
    tempoAt(from, qpm);
    for (const { at, value } of measure.tempos) tempoAt(timeOf(at), value);
    const lastMeter = timeSignatures[timeSignatures.length - 1];
    if (meter.numerator !== lastMeter?.numerator || meter.denominator !== lastMeter.denominator)
      timeSignatures.push({ time: from, ...meter });
    const lastKey = keySignatures[keySignatures.length - 1];
    if (key && (key.key !== lastKey?.key || key.mode !== lastKey.mode))
      keySignatures.push({ time: from, ...key });
    for (const { at, value } of measure.chords)
      if (textAnnotations[textAnnotations.length - 1]?.time !== timeOf(at))
        textAnnotations.push({ time: timeOf(at), text: value, annotationType: CHORD_SYMBOL });
    parts.forEach((part, instrument) => {
      const own = part.measures[index];
      for (const written of own?.notes ?? []) {
        const { start, duration, pitch, voice, velocity, tiedBefore } = written;
        const name = `${instrument}/${pitch}`;
        const open = latest.get(name);
        const end = quarters + start + duration;
        if (tiedBefore && open && Math.abs(open.end - quarters - start) < TIE_TOLERANCE) {
          open.note.endTime = timeOf(start + duration);
          open.end = end;
          continue;
        }
        const note: Growing<Note> = {
          pitch,
          velocity: velocity ?? velocityAt(own, start, levels[instrument]),
          startTime: timeOf(start),
          endTime: timeOf(start + duration),
          instrument,
          program: written.program ?? part.program,
          part: instrument,
          voice,
          ...(written.isDrum && { isDrum: true }),
        };
        notes.push(note);
        latest.set(name, { note, end });
      }
    });
    const length = parts.reduce(
      (longest, { measures: own }) => Math.max(longest, own[index]?.length ?? 0),
      0,
    );
    const lasting = length > 0 ? length : barOf(meter);
    quarters += lasting;
    seconds = timeOf(lasting);
  }
  const infos = parts.map(({ name }, part) => ({ part, name }));
  return {
    ...(score.referenceNumber !== undefined && { referenceNumber: score.referenceNumber }),
    ticksPerQuarter: 220,
    timeSignatures,
    keySignatures,
    tempos,
    notes: notes.sort((a, b) => (a.startTime ?? 0) - (b.startTime ?? 0) || a.pitch - b.pitch),
    totalTime: notes.reduce((end, { endTime = 0 }) => Math.max(end, endTime), seconds),
    partInfos: infos,
    instrumentInfos: infos.map(({ part, name }) => ({ instrument: part, name })),
    sourceInfo: { sourceType: 1, encodingType: score.encodingType, parser: score.parser },
    ...(textAnnotations.length > 0 && { textAnnotations: textAnnotations.sort(byTime) }),
    sequenceMetadata: {
      ...(score.title && { title: score.title }),
      ...(score.composers?.length && { composers: score.composers }),
    },
  };
}
