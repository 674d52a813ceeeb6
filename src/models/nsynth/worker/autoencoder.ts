/** Both kinds of NSynth as the model's methods use them. */
import type { SpectralStream } from '../../../ops/nsynth/spectral-networks.js';
import type { DecodedPart, NSynthDescription } from '../protocol.js';

export interface Work {
  /** It is awaited now and then; it may throw to give up. */
  readonly pause: () => Promise<void>;
}

export interface DecodeWork extends Work {
  /** One a voice. */
  readonly seeds: readonly (number | string)[];
  readonly temperature: number;
  /** Default 1. */
  readonly spread?: number;
  readonly onPart: (part: DecodedPart) => void;
}

export interface Autoencoder {
  readonly facts: Omit<NSynthDescription, 'bytes' | 'timbres' | 'spread'>;
  /** Memory that it holds. */
  readonly bytes: number;
  /**
   * @param samples whole frames at 16 kHz
   * @param work pitches: those of the frames, MIDI, where they are known, for a decoder that is told them
   * @returns [frames, embeddingSize]
   */
  encode(
    samples: Float32Array,
    work: Work & { readonly onShare: (done: number) => void; readonly pitches?: ArrayLike<number> },
  ): Promise<Float32Array<ArrayBuffer>>;
  /** @param embeddings [frames, embeddingSize] each @returns frames * frameSamples samples each */
  decode(embeddings: readonly Float32Array[], work: DecodeWork): Promise<Float32Array<ArrayBuffer>[]>;
  /** Begins a sound whose frames are written one after the other; undefined of a decoder that is too slow for that. */
  readonly stream?: () => SpectralStream;
  /** Nats of each sample; undefined of a decoder that draws none. */
  readonly score?: (
    samples: Float32Array,
    embedding: Float32Array,
    work: Work,
  ) => Promise<Float64Array<ArrayBuffer>>;
}
