/** The options that every model takes when it is loaded. */
import type { LoadProgress } from '../checkpoints/checkpoint-source.js';
import type { DownloadOptions } from '../checkpoints/resolve-source.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { OptionNames } from '../errors/check-arguments.js';

/** 'auto' starts on wasm and moves to webgpu when that proves right and faster. */
export type Backend = 'auto' | 'webgpu' | 'wasm' | 'cpu';

/** The precision of the weights in memory: float32 as stored, or int16, two to three times as fast and within some thousandths of a nat. */
export type WeightPrecision = 'float32' | 'int16';

const PRECISIONS: readonly WeightPrecision[] = ['float32', 'int16'];

/** @param known precisions that the model has @throws OPTION_INVALID naming them */
export function checkedPrecision<P extends string = WeightPrecision>(
  precision: P,
  known: readonly string[] = PRECISIONS,
): P {
  if (known.includes(precision)) return precision;
  throw new TimbrelError(
    'OPTION_INVALID',
    `precision is ${JSON.stringify(precision)}; expected one of ${known.join(', ')}`,
  );
}

export interface ModelLoadOptions extends DownloadOptions {
  readonly backend?: Backend;
  /** Gives up loading: the promise rejects with ABORTED. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

export const LOAD_OPTIONS: OptionNames<ModelLoadOptions> = {
  backend: true,
  signal: true,
  onProgress: true,
  mirrors: true,
  keep: true,
};

/**
 * The backend to load, where a model has no choice of its own to make.
 * @param backends those that the model has, what 'auto' stands for first
 * @throws BACKEND_UNAVAILABLE
 */
export function checkedBackend<B extends Backend>(
  model: string,
  backend: Backend = 'auto',
  backends: readonly B[],
): B {
  const found = backend === 'auto' ? backends[0] : backends.find((name) => name === backend);
  if (found !== undefined) return found;
  throw new TimbrelError(
    'BACKEND_UNAVAILABLE',
    `${model} has no backend ${JSON.stringify(backend)}; there are ${[...new Set(['auto', ...backends])].join(', ')}`,
  );
}
