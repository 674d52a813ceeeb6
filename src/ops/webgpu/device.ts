/** One WebGPU device for a thread, since tfjs has one backend of a name; counted, so that the last to let go frees it. */
import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { TimbrelError } from '../../errors/timbrel-error.js';

/** Asked for as high as the adapter goes: a full-size activation is 33 MB, and defaults are those of phones. */
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

export class SharedDevice {
  lost: TimbrelError | undefined;
  private users = 0;
  private readonly waiting = new Set<(error: TimbrelError) => void>();

  constructor(
    readonly device: GPUDevice,
    readonly isSoftware: boolean,
    /** The name of the adapter. */
    readonly adapter: string,
  ) {
    void device.lost.then(({ message }) => this.lose(`was taken away: ${message || 'no reason was given'}`));
    // Out of memory, for one: WebGPU then goes on and computes zeros.
    device.addEventListener('uncapturederror', ({ error }) => this.lose(`failed: ${error.message}`, error));
  }

  /** @throws GPU_LOST */
  throwIfLost(): void {
    if (this.lost) throw this.lost;
  }

  /** @returns what takes `listener` off again */
  onLost(listener: (error: TimbrelError) => void): () => void {
    this.waiting.add(listener);
    return () => this.waiting.delete(listener);
  }

  /** Work on the device. A reading from a lost one may never arrive: losing it ends the wait: it must not be lost already. @throws GPU_LOST, and what the work does */
  untilLost<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      // Not Promise.race with `device.lost`: that would keep every result for as long as the device lives.
      const stopWaiting = this.onLost(reject);
      work.then(resolve, (error: unknown) => {
        // A read from a lost device fails, seconds before the loss itself is told. Only the browser throws DOMExceptions here.
        if (error instanceof DOMException) this.lose(`failed: ${error.message}`, error);
        reject(error instanceof TimbrelError ? error : (this.lost ?? error));
      });
      void work.then(stopWaiting, stopWaiting);
    });
  }

  retain(): void {
    this.users++;
  }

  /** tfjs pools the buffers it has freed, hundreds of megabytes: they go with the backend only. */
  release(): void {
    if (--this.users > 0) return;
    if (current === this) {
      removeBackend();
      current = undefined;
    }
    this.device.destroy();
  }

  /** @param how completes 'The GPU ...' */
  lose(how: string, cause?: unknown): void {
    if (this.lost) return;
    this.lost = new TimbrelError('GPU_LOST', `The GPU ${how}`, { cause });
    for (const listener of this.waiting) listener(this.lost);
    this.waiting.clear();
  }
}

let current: SharedDevice | undefined;
/** Devices are opened one after another: two at once would register two backends of one name. */
let opening: Promise<unknown> = Promise.resolve();

/**
 * The thread's device, with tfjs' `webgpu` backend on it; {@link SharedDevice.release} it once.
 * @param hardwareOnly refuse an adapter that computes on the CPU
 * @throws GPU_UNAVAILABLE
 */
export function acquireDevice(hardwareOnly: boolean): Promise<SharedDevice> {
  const acquired = opening.then(async () => {
    if (current?.lost) current = undefined;
    const shared = (current ??= await open(hardwareOnly));
    if (hardwareOnly && shared.isSoftware) throw softwareOnly();
    shared.retain();
    return shared;
  });
  opening = acquired.catch(() => {});
  return acquired;
}

/** `isFallbackAdapter` is newer than its type; older browsers tell by name only. */
export function isSoftware(
  info: Pick<GPUAdapterInfo, 'architecture' | 'description'> & { readonly isFallbackAdapter?: boolean },
): boolean {
  return (
    info.isFallbackAdapter === true ||
    /swiftshader|llvmpipe|lavapipe/i.test(`${info.architecture} ${info.description}`)
  );
}

const softwareOnly = () =>
  new TimbrelError(
    'GPU_UNAVAILABLE',
    'The only WebGPU adapter computes on the CPU; WebAssembly does so faster',
  );

async function open(hardwareOnly: boolean): Promise<SharedDevice> {
  const gpu = globalThis.navigator?.gpu as GPU | undefined;
  if (!gpu) throw new TimbrelError('GPU_UNAVAILABLE', "There is no WebGPU here; use 'auto' or 'wasm'");
  let adapter: GPUAdapter | null;
  let device: GPUDevice;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  } catch (cause) {
    throw new TimbrelError('GPU_UNAVAILABLE', 'WebGPU failed when asked for an adapter', { cause });
  }
  if (!adapter) {
    throw new TimbrelError('GPU_UNAVAILABLE', "There is no WebGPU adapter here; use 'auto' or 'wasm'");
  }
  const { info, limits } = adapter;
  if (hardwareOnly && isSoftware(info)) throw softwareOnly();
  try {
    device = await adapter.requestDevice({
      requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, limits[name]])),
    });
  } catch (cause) {
    throw new TimbrelError('GPU_UNAVAILABLE', 'The WebGPU adapter gave no device', { cause });
  }
  // The package has registered a backend already, with a device of its own whose loss nobody would hear of.
  removeBackend();
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, info));
  const { vendor, architecture, device: model, description } = info;
  return new SharedDevice(device, isSoftware(info), [vendor, architecture, model, description].join(' '));
}

function removeBackend(): void {
  if (tf.engine().backendNames().includes('webgpu')) tf.removeBackend('webgpu');
}
