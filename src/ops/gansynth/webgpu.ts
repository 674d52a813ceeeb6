/** The generator on WebGPU, through tfjs. */
import * as tf from '@tensorflow/tfjs-core';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { Generator, GeneratorWeights } from './generator.js';
import { createReferenceGenerator } from './reference.js';
import { acquireDevice, type SharedDevice } from './webgpu-device.js';

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
      spectrogram: (input, pause) => orLost(shared, generator.spectrogram(input, pause)),
      audio: (input, pause) => orLost(shared, generator.audio(input, pause)),
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

/** A reading from a lost device may never arrive: losing it must end the wait. */
function orLost<T>(shared: SharedDevice, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // Not Promise.race with `device.lost`: that would keep every result for as long as the device lives.
    const stopWaiting = shared.onLost(reject);
    work.then(resolve, (error: unknown) => {
      // A read from a lost device fails, seconds before the loss itself is told. Only the browser throws DOMExceptions here.
      if (error instanceof DOMException) shared.lose(`failed: ${error.message}`, error);
      reject(error instanceof TimbrelError ? error : (shared.lost ?? error));
    });
    void work.then(stopWaiting, stopWaiting);
  });
}
