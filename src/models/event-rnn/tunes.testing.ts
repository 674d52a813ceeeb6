/** Well-known tunes and plain beats, for tests on real checkpoints. All tunes are traditional or by Beethoven. */
import type { DrumEvent, MelodyEvent, PolyphonyEvent } from '../../music/events.js';

/** Pitch and length in sixteenths, in turn. */
const melody = (...notes: readonly (readonly [number, number])[]): MelodyEvent[] =>
  notes.flatMap(([pitch, length]) => [pitch, ...new Array<number>(length - 1).fill(-2)]);

const quarters = (...pitches: readonly number[]) => pitches.map((pitch) => [pitch, 4] as const);
const half = (pitch: number) => [pitch, 8] as const;

const twinkleA = [
  ...quarters(60, 60, 67, 67, 69, 69),
  half(67),
  ...quarters(65, 65, 64, 64, 62, 62),
  half(60),
];
const twinkleB = [...quarters(67, 67, 65, 65, 64, 64), half(62)];
const jacques = quarters(60, 62, 64, 60);
const jacquesBells = [...[67, 69, 67, 65].map((pitch) => [pitch, 2] as const), ...quarters(64, 60)];
const joy = quarters(64, 64, 65, 67, 67, 65, 64, 62, 60, 60, 62, 64);

export const TUNES: Readonly<Record<string, readonly MelodyEvent[]>> = {
  'Twinkle, twinkle, little star': melody(...twinkleA, ...twinkleB, ...twinkleB, ...twinkleA),
  'Frère Jacques': melody(
    ...[jacques, jacques].flat(),
    ...quarters(64, 65),
    half(67),
    ...quarters(64, 65),
    half(67),
    ...jacquesBells,
    ...jacquesBells,
    ...quarters(60, 55),
    half(60),
    ...quarters(60, 55),
    half(60),
  ),
  'Ode to Joy': melody(...joy, [64, 6], [62, 2], half(62), ...joy, [62, 6], [60, 2], half(60)),
};

const [KICK, SNARE, HAT, OPEN] = [36, 38, 42, 46];

/** A bar of sixteenths: which drums on which step; played eight times. */
function beat(strokes: Readonly<Record<number, readonly number[]>>): DrumEvent[] {
  const bar = Array.from({ length: 16 }, (_, step) =>
    Object.entries(strokes)
      .filter(([, steps]) => steps.includes(step))
      .map(([pitch]) => Number(pitch)),
  );
  return Array.from({ length: 8 }, () => bar).flat();
}

const EIGHTHS = [0, 2, 4, 6, 8, 10, 12, 14];

export const BEATS: Readonly<Record<string, readonly DrumEvent[]>> = {
  rock: beat({ [KICK]: [0, 8], [SNARE]: [4, 12], [HAT]: EIGHTHS }),
  'rock, kick on the off-beat': beat({ [KICK]: [0, 8, 10], [SNARE]: [4, 12], [HAT]: EIGHTHS }),
  disco: beat({
    [KICK]: [0, 4, 8, 12],
    [SNARE]: [4, 12],
    [HAT]: [0, 4, 8, 12],
    [OPEN]: [2, 6, 10, 14],
  }),
};

/** Chords of four voices, a half note each, from high to low: struck in their first step, held in the others. */
function chorale(...chords: readonly (readonly number[])[]): PolyphonyEvent[] {
  const step = (type: 'newNote' | 'continuedNote', chord: readonly number[]): PolyphonyEvent[] => [
    ...[...chord].sort((a, b) => b - a).map((value) => ({ type, value })),
    { type: 'stepEnd' },
  ];
  const held = (chord: readonly number[]) =>
    Array.from({ length: 7 }, () => step('continuedNote', chord)).flat();
  return [{ type: 'start' }, ...chords.flatMap((chord) => [...step('newNote', chord), ...held(chord)])];
}

export const CHORDS: Readonly<Record<string, readonly PolyphonyEvent[]>> = {
  'I IV V I, twice': chorale(
    ...[0, 1].flatMap(() => [
      [48, 64, 67, 72],
      [53, 65, 69, 72],
      [55, 62, 67, 71],
      [48, 64, 67, 72],
    ]),
  ),
};
