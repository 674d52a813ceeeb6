/**
 * Worker -> audio thread: a note as a stream. It begins with what is known before the first sample, goes on with mono
 * float32 PCM at {@link NOTE_SAMPLE_RATE} in parts of any length, and ends with its loop. The same content travels over
 * both transports of src/ring.
 */

/** Notes are rendered at 16 kHz. */
export const NOTE_SAMPLE_RATE = 16000;

/** The longest note, 4 s: 3 s held and 1 s of release. */
export const NOTE_LENGTH = 64000;

/** The facts of a note that the audio thread needs before its first sample. */
export interface NoteStart {
  /** Number the instrument gave to the timbre (a point in latent space). Integer below 2^24. */
  readonly timbre: number;
  /** MIDI pitch, 0-127, that is rendered. */
  readonly pitch: number;
  /** Gain that brings the samples to the level that all notes have; see src/audio/level.ts. */
  readonly gain: number;
}

/** The facts by which a note goes on behind its last sample, and ends. Found by src/audio/loop.ts in the worker. */
export interface NoteEnd {
  /** First sample of the loop. */
  readonly loopStart: number;
  /** One past the last sample of the loop. The cross-fade is already in the samples: sample(loopEnd + i) = sample(loopStart + i). */
  readonly loopEnd: number;
  /** The level that the note loses while it goes round its loop, dB per second, from 0 for what sustains. */
  readonly decay: number;
  /** The time in which the note falls by 60 dB when its key is let go, seconds; 0 where its audio does not tell. */
  readonly release: number;
}
