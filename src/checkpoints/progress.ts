/** How far the reading of tensors is. */
import type { ReadTensorsOptions, TensorInfo } from './opened-checkpoint.js';

/** Counts bytes of tensors. */
export function trackProgress(
  entries: ReadonlyMap<string, TensorInfo>,
  names: readonly string[],
  { onProgress }: ReadTensorsOptions,
): { readonly add: (name: string) => void; readonly end: () => void } {
  const bytesOf = (name: string) => entries.get(name)?.byteLength ?? 0;
  const total = names.reduce((sum, name) => sum + bytesOf(name), 0);
  let loaded = 0;
  onProgress?.({ stage: 'download', loaded, total });
  return {
    add: (name) => {
      loaded += bytesOf(name);
      onProgress?.({ stage: 'download', loaded, total });
    },
    end: () => onProgress?.({ stage: 'prepare', loaded: total, total }),
  };
}
