/** A checkpoint of any format: names, shapes and types are there at once, values are read when they are asked for. */
import type { LoadProgress } from './checkpoint-source.js';
import type { Tensor } from './tensor.js';

export type CheckpointFormat = 'magenta.js' | 'tensorflow-v2' | 'tensorflow-v1' | 'mag';

export interface TensorInfo {
  readonly shape: readonly number[];
  /** The type as stored: 'float32', 'uint8' (quantised or not), 'int64', 'string' (which cannot be read) ... */
  readonly dtype: string;
  /** Bytes that have to be read for it. */
  readonly byteLength: number;
}

/** The maker of a bundle, as the bundle says itself. */
export interface GeneratorDetails {
  /** The name of Magenta's configuration, e.g. 'attention_rnn'. */
  readonly id: string;
  readonly description: string;
}

export interface ReadTensorsOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

export interface OpenedCheckpoint {
  readonly format: CheckpointFormat;
  /** For messages. */
  readonly location: string;
  readonly entries: ReadonlyMap<string, TensorInfo>;
  /** The details that a .mag has of its maker. */
  readonly generator?: GeneratorDetails;
  /**
   * @param names default: all that hold numbers
   * @throws CHECKPOINT_TENSOR_MISSING for a name that is not among the entries; CHECKPOINT_DAMAGED, CHECKPOINT_FORMAT,
   *   CHECKPOINT_TRUNCATED, CHECKPOINT_NAN, CHECKPOINT_MISSING, CHECKPOINT_UNREACHABLE, ABORTED
   */
  readTensors(names?: Iterable<string>, options?: ReadTensorsOptions): Promise<Map<string, Tensor>>;
  /** A JSON file beside the weights, such as config.json; undefined when there is none. @throws CHECKPOINT_FORMAT */
  readJSON(name: string): Promise<unknown>;
}
