/** Methods of a worker that holds an NSynth: sound to embeddings and back. */
import type { Channels } from '../../audio/mono.js';
import type { CheckpointSource } from '../../checkpoints/checkpoint-source.js';

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
  readonly backend: 'wasm' | 'cpu';
  readonly precision: NSynthPrecision;
  readonly parameterCount: number;
  /** Multiply-accumulates of the decoder for a sample. */
  readonly macsPerSample: number;
  /** Memory the networks hold in their worker, bytes. */
  readonly bytes: number;
}

/** Samples of a voice, from `at` on. */
export interface DecodedPart {
  readonly voice: number;
  readonly samples: Float32Array;
  readonly at: number;
}

export interface NSynthMethods {
  load: {
    args: {
      readonly source: CheckpointSource;
      readonly backend: 'wasm' | 'cpu';
      readonly precision: NSynthPrecision;
    };
    result: NSynthDescription;
  };
  /** [frames, embeddingSize]. A part is the share that is done, 0 to 1. */
  encode: { args: { readonly audio: Channels }; result: Float32Array; part: number };
  decode: {
    args: {
      /** [frames, embeddingSize] each. */
      readonly embeddings: readonly Float32Array[];
      /** One a voice. */
      readonly seeds: readonly (number | string)[];
      readonly temperature: number;
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
