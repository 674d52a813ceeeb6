/** The generator on WebGPU, through tfjs. */
import * as tf from '@tensorflow/tfjs-core';
import type { Generator, GeneratorWeights } from './generator.js';
import { createReferenceGenerator } from './reference.js';
import { acquireDevice } from '../webgpu/device.js';

export interface WebGPUOptions {
  /** Refuse an adapter that is a CPU in disguise. */
  readonly hardwareOnly?: boolean;
}

export interface WebGPUGenerator extends Generator {
  /** Shared by all generators of the thread; goes with the last of them. */
  readonly device: GPUDevice;
}

/**
 * Calls reject with GPU_LOST once the device is lost or has reported an error: running ones at once, later ones always.
 * @throws GPU_UNAVAILABLE
 */
export async function createWebGPUGenerator(
  weights: GeneratorWeights,
  { hardwareOnly = false }: WebGPUOptions = {},
): Promise<WebGPUGenerator> {
  const shared = await acquireDevice(hardwareOnly);
  try {
    await tf.setBackend('webgpu');
    const generator = createReferenceGenerator(weights, { check: () => shared.throwIfLost() });
    let disposed = false;
    return {
      bytes: generator.bytes,
      device: shared.device,
      spectrogram: (input, pause) => shared.untilLost(generator.spectrogram(input, pause)),
      audio: (input, pause) => shared.untilLost(generator.audio(input, pause)),
      dispose() {
        if (disposed) return;
        disposed = true;
        generator.dispose();
        shared.release();
      },
    };
  } catch (error) {
    shared.release();
    throw error;
  }
}
