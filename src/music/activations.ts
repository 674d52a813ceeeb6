/** The output of a transcriber, frame by frame (magenta/models/onsets_frames_transcription). */

/** The lowest and the highest pitch that a transcriber knows: the keys of a piano. */
export const LOWEST_KEY = 21;
export const HIGHEST_KEY = 108;
export const KEYS = HIGHEST_KEY - LOWEST_KEY + 1;

/** [frameCount, 88] each, row-major, pitches 21 to 108. */
export interface Activations {
  readonly frameCount: number;
  /** 0.032; of drums 512 / 44100. Frame f is centred at f times it. */
  readonly secondsPerFrame: number;
  /** Probabilities that a note begins. */
  readonly onsets: Float32Array;
  /** Probabilities that a note sounds; drums have none. */
  readonly frames?: Float32Array;
  /** MIDI velocities of notes that would begin here, 0 to 127. */
  readonly velocities: Float32Array;
  /** Probabilities that a note ends, where the checkpoint has such a head. */
  readonly offsets?: Float32Array;
}

/** Probabilities above them count, 0 to 1. */
export interface TranscriptionThresholds {
  /** Default 0.5. */
  readonly onsetThreshold?: number;
  /** Default 0.5. */
  readonly frameThreshold?: number;
  /** Default 0: offsets are not used. */
  readonly offsetThreshold?: number;
}

export type CheckedThresholds = Required<TranscriptionThresholds>;
