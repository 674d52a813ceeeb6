/**
 * Written music between a file of it (MusicXML, ABC) and a NoteSequence: measures as they stand on paper, times in quarters from the
 * beginning of their measure, repeats still to be unfolded.
 */

/** Something that happens within a measure; `at` in quarters. */
export interface At<T> {
  readonly at: number;
  readonly value: T;
}

export interface ScoreNote {
  /** Quarters. */
  readonly start: number;
  readonly duration: number;
  /** The pitch that sounds, 0 to 127. */
  readonly pitch: number;
  readonly voice: number;
  /** 1 to 127, where it has one of its own. */
  readonly velocity?: number;
  /** General MIDI program, where it is not that of its part. */
  readonly program?: number;
  readonly isDrum?: boolean;
  /** It goes on from the note of this pitch that ends where it begins. */
  readonly tiedBefore?: boolean;
}

export interface PartMeasure {
  /** Quarters. */
  readonly length: number;
  readonly notes: readonly ScoreNote[];
  /** Velocities from a place on. */
  readonly levels: readonly At<number>[];
  /** Velocities of what begins at a place, and of nothing else. */
  readonly accents: readonly At<number>[];
}

export interface ScorePart {
  readonly name: string;
  readonly program: number;
  readonly measures: readonly PartMeasure[];
}

/** The way from a measure to the next. */
export interface Marks {
  /** A repeat begins here. */
  repeatFrom?: boolean;
  /** A repeat ends here, played so many times in all; 2 where nothing is said. */
  repeatTo?: number;
  /** Played in these rounds only. */
  ending?: readonly number[];
  segno?: string;
  coda?: string;
  /** After this measure, once: from the beginning, or from the segno of that name. */
  daCapo?: boolean;
  dalSegno?: string;
  /** After a jump back: on from the coda of that name, or the end. */
  toCoda?: string;
  fine?: boolean;
}

export interface Meter {
  readonly numerator: number;
  readonly denominator: number;
}

export interface Key {
  /** Pitch class of the tonic. */
  readonly key: number;
  readonly mode: number;
}

/** The things that hold for all parts in a measure. */
export interface ScoreMeasure {
  readonly marks: Readonly<Marks>;
  readonly meter?: Meter;
  readonly key?: Key;
  /** Quarters a minute. */
  readonly tempos: readonly At<number>[];
  readonly chords: readonly At<string>[];
}

export interface Score {
  readonly title?: string;
  readonly composers?: readonly string[];
  readonly referenceNumber?: number;
  /** note-seq's numbers. */
  readonly encodingType: number;
  readonly parser: number;
  readonly measures: readonly ScoreMeasure[];
  readonly parts: readonly ScorePart[];
}

/** Sums of fractions differ in their last digits. */
export const snapped = (quarters: number) => Math.round(quarters * 1e9) / 1e9;

/** Quarters of a bar. */
export const barOf = ({ numerator, denominator }: Meter) => (numerator * 4) / denominator;
