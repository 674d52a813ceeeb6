/** A spectral encoder by itself, for the decoder of either kind. */
import type { Layers } from '../../../ops/layers/layers.js';
import { ReferenceLayers } from '../../../ops/layers/reference.js';
import { createWasmLayers, loadLSTMModule } from '../../../ops/layers/wasm.js';
import { createSpectralEncoder, encodeInParts, reachOf } from '../../../ops/nsynth/spectral-networks.js';
import type { SpectralEncoderWeights } from '../../../ops/nsynth/spectral.js';
import type { Autoencoder } from './autoencoder.js';

export interface SpectralOptions {
  readonly backend: 'wasm' | 'cpu';
  readonly readKernels: (name: string) => Promise<BufferSource>;
}

/** @throws WASM_UNAVAILABLE */
export async function createSpectralLayers({ backend, readKernels }: SpectralOptions): Promise<Layers> {
  if (backend === 'cpu') return new ReferenceLayers();
  return createWasmLayers(await loadLSTMModule(readKernels), 'float32');
}

/** Long sounds are heard by parts. */
export function createHearing(layers: Layers, weights: SpectralEncoderWeights): Autoencoder['encode'] {
  const encode = createSpectralEncoder(layers, weights);
  const reach = reachOf(weights);
  return (samples, work) => encodeInParts(encode, samples, { ...work, reach });
}
