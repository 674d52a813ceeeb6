/**
 * NoteSequence as plain objects, in the JSON names of note-seq (note_seq/protobuf/music.proto). A field that is left out has
 * protobuf's default: 0, false, ''. Times in seconds. Nothing in this folder changes an object that it was given.
 */

/** One note. Times where the sequence is played, steps where it is quantised, both where it was quantised from times. */
export interface Note {
  /** MIDI pitch, 0 to 127; middle C is 60. */
  readonly pitch: number;
  readonly pitchName?: number;
  /** 1 to 127. Left out: nobody said; 0: silent, passed over by extraction. */
  readonly velocity?: number;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly quantizedStartStep?: number;
  readonly quantizedEndStep?: number;
  /** The written length, as a fraction of a whole note. */
  readonly numerator?: number;
  readonly denominator?: number;
  /** Index of the track-like stream of notes that this one belongs to. */
  readonly instrument?: number;
  /** General MIDI program, 0 to 127. */
  readonly program?: number;
  readonly isDrum?: boolean;
  readonly part?: number;
  readonly voice?: number;
}

export interface Tempo {
  readonly time?: number;
  /** Quarter notes per minute. */
  readonly qpm: number;
}

export interface TimeSignature {
  readonly time?: number;
  readonly numerator: number;
  readonly denominator: number;
}

export const MAJOR = 0;
export const MINOR = 1;

export interface KeySignature {
  readonly time?: number;
  /** Pitch class of the tonic, 0 (C) to 11 (B). */
  readonly key?: number;
  /** {@link MAJOR}, {@link MINOR}, or one of the modes of music.proto. */
  readonly mode?: number;
}

export interface PitchBend {
  readonly time?: number;
  /** -8192 to 8191, in parts of the instrument's bend range. */
  readonly bend?: number;
  readonly instrument?: number;
  readonly program?: number;
  readonly isDrum?: boolean;
}

export interface ControlChange {
  readonly time?: number;
  readonly quantizedStep?: number;
  readonly controlNumber?: number;
  readonly controlValue?: number;
  readonly instrument?: number;
  readonly program?: number;
  readonly isDrum?: boolean;
}

/** The kinds of a {@link TextAnnotation}. */
export const UNKNOWN_ANNOTATION = 0;
export const CHORD_SYMBOL = 1;
export const BEAT = 2;

export interface TextAnnotation {
  readonly time?: number;
  readonly quantizedStep?: number;
  readonly text?: string;
  /** One of the numbers above, or the name that protobuf's JSON has for it. */
  readonly annotationType?: number | 'UNKNOWN' | 'CHORD_SYMBOL' | 'BEAT';
}

export const isChordSymbol = ({ annotationType }: TextAnnotation) =>
  annotationType === CHORD_SYMBOL || annotationType === 'CHORD_SYMBOL';
export const isBeat = ({ annotationType }: TextAnnotation) =>
  annotationType === BEAT || annotationType === 'BEAT';

/** One of the two is set. */
export interface QuantizationInfo {
  readonly stepsPerQuarter?: number;
  readonly stepsPerSecond?: number;
}

export interface InstrumentInfo {
  readonly instrument?: number;
  readonly name?: string;
}

export interface PartInfo {
  readonly part?: number;
  readonly name?: string;
}

export interface SourceInfo {
  readonly sourceType?: number;
  /** 3: MIDI. */
  readonly encodingType?: number;
  readonly parser?: number;
}

/** The place of a part that was cut out: seconds of the original before it and after it. */
export interface SubsequenceInfo {
  readonly startTimeOffset?: number;
  readonly endTimeOffset?: number;
}

export interface SequenceMetadata {
  readonly title?: string;
  readonly artist?: string;
  readonly genre?: readonly string[];
  readonly composers?: readonly string[];
}

export interface SectionAnnotation {
  readonly time?: number;
  readonly sectionId?: number;
}

/** A section, or a group of them, and how many times it is played. */
export interface SectionGroup {
  readonly sections?: readonly Section[];
  readonly numTimes?: number;
}

export interface Section {
  readonly sectionId?: number;
  readonly sectionGroup?: SectionGroup;
}

export interface NoteSequence {
  readonly id?: string;
  readonly filename?: string;
  readonly referenceNumber?: number;
  readonly collectionName?: string;
  readonly ticksPerQuarter?: number;
  readonly timeSignatures?: readonly TimeSignature[];
  readonly keySignatures?: readonly KeySignature[];
  readonly tempos?: readonly Tempo[];
  readonly notes: readonly Note[];
  /** Seconds; at least the end of the last note, more where silence follows. */
  readonly totalTime?: number;
  readonly totalQuantizedSteps?: number;
  readonly pitchBends?: readonly PitchBend[];
  readonly controlChanges?: readonly ControlChange[];
  readonly partInfos?: readonly PartInfo[];
  readonly sourceInfo?: SourceInfo;
  readonly textAnnotations?: readonly TextAnnotation[];
  readonly sectionAnnotations?: readonly SectionAnnotation[];
  readonly sectionGroups?: readonly SectionGroup[];
  readonly quantizationInfo?: QuantizationInfo;
  readonly subsequenceInfo?: SubsequenceInfo;
  readonly sequenceMetadata?: SequenceMetadata;
  readonly instrumentInfos?: readonly InstrumentInfo[];
}

export interface QuantizedNote extends Note {
  readonly quantizedStartStep: number;
  readonly quantizedEndStep: number;
}

/** A sequence after quantisation: every note has its steps. */
export interface QuantizedSequence extends NoteSequence {
  readonly notes: readonly QuantizedNote[];
  readonly totalQuantizedSteps: number;
  readonly quantizationInfo: QuantizationInfo;
}

/** note_seq/constants.py */
export const DEFAULT_QPM = 120;
export const DEFAULT_STEPS_PER_QUARTER = 4;
export const DEFAULT_STEPS_PER_BAR = 16;
export const DEFAULT_STEPS_PER_SECOND = 100;
export const DEFAULT_TICKS_PER_QUARTER = 220;
export const MIN_MIDI_PITCH = 0;
export const MAX_MIDI_PITCH = 127;
export const MIN_MIDI_VELOCITY = 1;
export const MAX_MIDI_VELOCITY = 127;
/** Notes that have none are played and written with this velocity. */
export const DEFAULT_VELOCITY = 80;
/** The tempo that a sequence begins with, quarters a minute; the default where it has none. */
export const openingTempo = ({ tempos }: NoteSequence): number => tempos?.[0]?.qpm ?? DEFAULT_QPM;

/** No chord sounds. */
export const NO_CHORD = 'N.C.';
/** General MIDI's pads with effects, sound effects and percussive programs: their pitch says nothing. */
export const isUnpitchedProgram = (program: number) => (program >= 96 && program <= 103) || program >= 112;
