/** Main thread <-> model worker: GANSynth. */
import type { NamedTimbre } from '../../checkpoints/timbres.js';
import type { Backend } from '../load-options.js';

/** Facts about a loaded GANSynth. */
export interface GANSynthDescription {
  readonly backend: Exclude<Backend, 'auto'>;
  /** Output channels of blocks 1..n, e.g. [256, 256, 256, 256, 128, 64, 32]. */
  readonly filters: readonly number[];
  readonly parameterCount: number;
  /** Multiply-accumulates of one note. */
  readonly macs: number;
  /** Memory the model holds in its worker, bytes. */
  readonly bytes: number;
  /** Timbres named by the checkpoint, empty where it names none. */
  readonly timbres: readonly NamedTimbre[];
}
