/**
 * Worker -> audio thread: one rendered note, as a header and chunks of mono float32 PCM at
 * {@link NOTE_SAMPLE_RATE}. The same content travels over both transports of src/ring.
 */

/** GANSynth and NSynth render at 16 kHz. */
export const NOTE_SAMPLE_RATE = 16000;

/** 4 s: 3 s held and 1 s of release. */
export const NOTE_LENGTH = 64000;

/** What the audio thread must know of a note besides its samples. Found by src/audio/loop.ts in the worker. */
export interface NoteAudioHeader {
  /** Number the instrument gave to the timbre (a point in latent space). Integer below 2^24. */
  readonly timbre: number;
  /** MIDI pitch, 0-127, that was rendered. */
  readonly pitch: number;
  /** Samples that follow in chunks, at most {@link NOTE_LENGTH}. */
  readonly length: number;
  /** First sample of the loop. */
  readonly loopStart: number;
  /** One past the last sample of the loop. The cross-fade is already in the samples: sample(loopEnd + i) = loopGain * sample(loopStart + i). */
  readonly loopEnd: number;
  /** Gain of each pass of the loop relative to the one before, in (0, 1]: below 1 for a timbre that decays. */
  readonly loopGain: number;
  /** Largest absolute sample value. */
  readonly peak: number;
}
