/** The places of the keys, their names, and the key of a computer keyboard that plays each. */

const NAMES = ['C', 'C♯', 'D', 'D♯', 'E', 'F', 'F♯', 'G', 'G♯', 'A', 'A♯', 'B'] as const;
const SPOKEN = NAMES.map((name) => name.replace('♯', ' sharp '));
const BLACK = new Set([1, 3, 6, 8, 10]);
/** Width of a black key, in white ones. */
export const BLACK_WIDTH = 0.6;
/**
 * The distance of a black key's middle from the line between its white neighbours, in white keys: on a piano the
 * outer keys of each group stand apart, so that the white ones keep an equal part between them.
 */
const BLACK_OFFSET: Readonly<Record<number, number>> = { 1: -0.1, 3: 0.1, 6: -0.13, 8: 0, 10: 0.13 };

export interface PianoKey {
  /** MIDI pitch, 0-127. */
  readonly pitch: number;
  readonly black: boolean;
  /** Left edge, in white keys from the left end of the keyboard. */
  readonly left: number;
}

export const isBlack = (pitch: number) => BLACK.has(pitch % 12);

/** "C4" for middle C, pitch 60. */
export const noteName = (pitch: number) => `${NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;

/** Writes as {@link noteName} does, with the sharp in words: "F sharp 4". */
export const spokenName = (pitch: number) => `${SPOKEN[pitch % 12]}${Math.floor(pitch / 12) - 1}`;

/** The keys from `first` to `last`, widened to white keys at both ends, in order of pitch; and how many are white. */
export function layOut(first: number, last: number): { keys: PianoKey[]; whites: number } {
  const keys: PianoKey[] = [];
  let whites = 0;
  for (let pitch = isBlack(first) ? first - 1 : first; pitch <= (isBlack(last) ? last + 1 : last); pitch++) {
    if (isBlack(pitch)) {
      keys.push({ pitch, black: true, left: whites - BLACK_WIDTH / 2 + BLACK_OFFSET[pitch % 12] });
    } else {
      keys.push({ pitch, black: false, left: whites++ });
    }
  }
  return { keys, whites };
}

/**
 * `KeyboardEvent.code` -> semitones above the C that the left hand's A plays. Codes are places on the keyboard, not
 * letters, so that the black keys stand between the white ones in every country.
 */
export const COMPUTER_KEYS: ReadonlyMap<string, number> = new Map(
  'KeyA KeyW KeyS KeyE KeyD KeyF KeyT KeyG KeyY KeyH KeyU KeyJ KeyK KeyO KeyL KeyP Semicolon Quote'
    .split(' ')
    .map((code, semitones) => [code, semitones]),
);

/** The same codes as they lie: the row of A, and the one above it. */
export const COMPUTER_ROWS: readonly (readonly string[])[] = [
  'KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote'.split(' '),
  'KeyW KeyE KeyT KeyY KeyU KeyO KeyP'.split(' '),
];
