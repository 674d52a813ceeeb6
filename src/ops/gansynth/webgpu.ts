/** The generator on WebGPU, through tfjs. */
import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { Generator, GeneratorWeights } from './generator.js';
import { createReferenceGenerator } from './reference.js';

export interface WebGPUOptions {
  /** Refuse an adapter that is a CPU in disguise. */
  readonly hardwareOnly?: boolean;
}

export interface WebGPUGenerator extends Generator {
  /** For tests: takes the device away, as a driver reset does. */
  loseDevice(): void;
}

/** One device for a worker: tfjs has one backend of a name. */
let current: { device: GPUDevice; lost: string | undefined } | undefined;

/** @throws GPU_UNAVAILABLE */
export async function createWebGPUGenerator(
  weights: GeneratorWeights,
  { hardwareOnly = false }: WebGPUOptions = {},
): Promise<WebGPUGenerator> {
  if (!current || current.lost !== undefined) current = await openDevice(hardwareOnly);
  await tf.setBackend('webgpu');
  const opened = current;
  const check = () => {
    if (opened.lost === undefined) return;
    throw new TimbrelError(
      'GPU_LOST',
      `The GPU was taken away while it worked (${opened.lost || 'no reason was given'})`,
    );
  };
  const generator = createReferenceGenerator(weights, { check });
  // What is read back from a lost device never arrives: losing it must end the wait.
  const orLost = <T>(work: Promise<T>): Promise<T> =>
    Promise.race([work, opened.device.lost.then(() => (check(), work))]);
  return {
    ...generator,
    spectrogram: (input, between) => orLost(generator.spectrogram(input, between)),
    audio: (input, between) => orLost(generator.audio(input, between)),
    loseDevice: () => opened.device.destroy(),
  };
}

/** `isFallbackAdapter` is newer than the type; older browsers say it only by name. */
export function isSoftware(
  info: Pick<GPUAdapterInfo, 'architecture' | 'description'> & { readonly isFallbackAdapter?: boolean },
): boolean {
  return (
    info.isFallbackAdapter === true ||
    /swiftshader|llvmpipe|lavapipe/i.test(`${info.architecture} ${info.description}`)
  );
}

async function openDevice(hardwareOnly: boolean): Promise<{ device: GPUDevice; lost: string | undefined }> {
  const gpu = globalThis.navigator?.gpu as GPU | undefined;
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new TimbrelError(
      'GPU_UNAVAILABLE',
      `There is no ${gpu ? 'WebGPU adapter' : 'WebGPU'} here; use 'auto' or 'wasm'`,
    );
  }
  if (hardwareOnly && isSoftware(adapter.info)) {
    throw new TimbrelError('GPU_UNAVAILABLE', 'The only WebGPU adapter computes on the CPU');
  }
  const { maxBufferSize, maxStorageBufferBindingSize, maxComputeWorkgroupStorageSize } = adapter.limits;
  const { maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX, maxComputeWorkgroupsPerDimension } =
    adapter.limits;
  let device: GPUDevice;
  try {
    device = await adapter.requestDevice({
      requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
      requiredLimits: {
        maxBufferSize,
        maxStorageBufferBindingSize,
        maxComputeWorkgroupStorageSize,
        maxComputeInvocationsPerWorkgroup,
        maxComputeWorkgroupSizeX,
        maxComputeWorkgroupsPerDimension,
      },
    });
  } catch (cause) {
    throw new TimbrelError('GPU_UNAVAILABLE', 'The WebGPU adapter gave no device', { cause });
  }
  const opened: { device: GPUDevice; lost: string | undefined } = { device, lost: undefined };
  void device.lost.then(({ message }) => (opened.lost = message));
  if (tf.findBackend('webgpu')) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info));
  return opened;
}
