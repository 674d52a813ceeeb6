/** Methods of a worker that holds an NSynth: sound to embeddings and back, timbres of dropped sounds, notes for audio threads. */
import type { Channels } from '../../audio/mono.js';
import type { NamedTimbre } from '../../checkpoints/timbres.js';
import type { NoteMethods, RenderJob } from '../../workers/note-methods.js';

/** The precision of the decoder's weights in memory; biases, embeddings and the encoder stay float32. */
export type NSynthPrecision = 'float32' | 'int16' | 'int8';

export interface NSynthDescription {
  readonly model: 'NSynth';
  /** 'wavenet' draws samples as the original does; 'spectral' makes notes at once, and takes no notice of seed and temperature. */
  readonly decoder: 'wavenet' | 'spectral';
  /** Numbers of a frame. */
  readonly embeddingSize: number;
  /** Samples of a frame, at 16 kHz. */
  readonly frameSamples: number;
  /** Samples that one pass over the decoder's weights draws. */
  readonly samplesPerStep: number;
  /** The backend that computes; where a GPU is lost, WebAssembly goes on in its place. */
  readonly backend: 'webgpu' | 'wasm' | 'cpu';
  /** 'float16' on WebGPU, unless float32 was asked for. */
  readonly precision: NSynthPrecision | 'float16';
  /** The spread at which samples are drawn where none is asked for: 1, as the model learnt, unless the checkpoint says otherwise. */
  readonly spread: number;
  readonly parameterCount: number;
  /** Multiply-accumulates of the decoder for a sample. */
  readonly macsPerSample: number;
  /** Memory the networks hold in their worker, bytes. */
  readonly bytes: number;
  /** Timbres that the checkpoint names, each a bank over the keyboard (timbre-bank.ts); none of a WaveNet. */
  readonly timbres: readonly NamedTimbre[];
}

/** Samples of a voice, from `at` on. */
export interface DecodedPart {
  readonly voice: number;
  readonly samples: Float32Array;
  readonly at: number;
}

export interface NSynthOptions {
  /** 'auto' takes WebGPU for a WaveNet where that proves right and faster. */
  readonly backend: 'auto' | 'webgpu' | 'wasm' | 'cpu';
  readonly precision: NSynthPrecision;
  /** Notes of a WaveNet are kept, and kept ones taken. */
  readonly keep?: boolean;
}

/** A note of a timbre. */
export type NSynthJob = RenderJob & {
  /** [knots, 16]: the numbers of its pitch (timbre-bank.ts). */
  readonly row: Float32Array;
  /** The length over which it unfolds, as a factor. */
  readonly stretch: number;
};

/** The timbre that plays, as notes that are decoded while they sound are told it. */
export interface LiveTimbreFacts {
  /** [61 pitches, knots, 16] */
  readonly latent: Float32Array;
  /** The length over which notes unfold, as a factor. */
  readonly stretch: number;
}

/** A sound as a timbre over the whole keyboard. */
export interface EmbeddedSound {
  /** [61 pitches, knots, 16] */
  readonly bank: Float32Array;
  /** MIDI pitch, with its fraction; null of a sound that has none. */
  readonly pitch: number | null;
  /** Seconds of it that were heard, from its onset on. */
  readonly seconds: number;
  /** It went on, and the rest was left out. */
  readonly cut: boolean;
}

/** A part of the answer, while a sound is heard. */
export interface EmbeddingPart {
  /** The share that is done, 0 to 1. */
  readonly done: number;
  /** Comes once: the sound as it was heard at its own key, which every key plays until the rest is there. */
  readonly first?: EmbeddedSound;
}

export interface NSynthMethods extends NoteMethods<NSynthJob, NSynthDescription, NSynthOptions> {
  /** Opens the ways on which notes are decoded while they sound: src/messages/live-notes.ts. */
  live: { args: { readonly page: MessagePort; readonly audio: MessagePort }; result: void };
  /** Makes a timbre of a sound. Calls that wait go first as soon as it can be played. */
  embed: {
    args: {
      readonly audio: Channels;
      /** Its MIDI pitch, where it is known; null: it has none. Left out, it is found. */
      readonly pitch?: number | null;
    };
    result: EmbeddedSound;
    part: EmbeddingPart;
  };
  /** The image of a note as GANSynth has it, for `<rainbow-gram>`: [128, 1024, 2]. */
  spectrogram: { args: Pick<NSynthJob, 'row' | 'pitch' | 'stretch'>; result: Float32Array };
  /** [frames, embeddingSize]. A part is the share that is done, 0 to 1. */
  encode: { args: { readonly audio: Channels }; result: Float32Array; part: number };
  decode: {
    args: {
      /** [frames, embeddingSize] each. */
      readonly embeddings: readonly Float32Array[];
      /** One a voice. */
      readonly seeds: readonly (number | string)[];
      readonly temperature: number;
      readonly spread: number;
    };
    result: readonly Float32Array[];
    part: DecodedPart;
  };
  /** Nats of each sample's level after those before it. */
  score: {
    args: {
      readonly audio: Channels;
      /** Default: the sound's own. */
      readonly embedding?: Float32Array;
    };
    result: Float64Array;
  };
}
