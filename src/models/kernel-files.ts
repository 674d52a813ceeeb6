/** Reads compiled kernels that lie beside the worker's script, in the browser and in Node. */
import { TimbrelError } from '../errors/timbrel-error.js';
import { nodeModule } from '../node/node-module.js';

/** @throws WASM_UNAVAILABLE */
export async function readKernelFile(url: URL): Promise<BufferSource> {
  try {
    if (url.protocol === 'file:') {
      const { readFile } = await nodeModule('fs/promises');
      return await readFile(url);
    }
    const response = await fetch(url);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return await response.arrayBuffer();
  } catch (cause) {
    throw new TimbrelError(
      'WASM_UNAVAILABLE',
      `The kernels at ${url.href} could not be read (${cause instanceof Error ? cause.message : cause}); they belong beside model-worker.js`,
      { cause },
    );
  }
}
