/** Both WaveNets on WebGPU, on the device that the thread has for it. */
import { acquireDevice } from '../webgpu/device.js';
import type { StoredPrecision } from '../webgpu/matrices.js';
import type { DecoderWeights, EncoderWeights } from './wavenet.js';
import { createWebGPUDecoder } from './webgpu-decoder.js';
import { createWebGPUEncoder } from './webgpu-encoder.js';

/**
 * Nothing of the weights is kept. Calls reject with GPU_LOST once the device is lost.
 * @param precision of the decoder's matrices; all else is float32
 * @param hardwareOnly refuse an adapter that computes on the CPU
 * @throws GPU_UNAVAILABLE, GPU_LOST
 */
export async function createWebGPUNetworks(
  weights: { readonly encoder?: EncoderWeights; readonly decoder: DecoderWeights },
  precision: StoredPrecision,
  hardwareOnly = false,
) {
  const shared = await acquireDevice(hardwareOnly);
  try {
    const encoder = weights.encoder && (await createWebGPUEncoder(shared, weights.encoder));
    const decoder = await createWebGPUDecoder(shared, weights.decoder, precision);
    let disposed = false;
    return {
      encoder,
      decoder,
      device: shared.device,
      /** The name of the adapter. */
      adapter: shared.adapter,
      dispose() {
        if (disposed) return;
        disposed = true;
        encoder?.dispose();
        decoder.dispose();
        shared.release();
      },
    };
  } catch (error) {
    shared.release();
    throw error;
  }
}
