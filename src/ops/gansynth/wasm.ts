/**
 * GANSynth's generator in our SIMD WebAssembly kernels (wasm/): memory, weights, the walk over the layers. No tfjs, no
 * DOM, no Node: runs in any worker.
 */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { Arena } from '../arena.js';
import { eachStrip, padKernel, padded, writeRecord } from '../conv2d/record.js';
import type { ConvWeights, Generator, GeneratorWeights, PauseBetweenLayers } from './generator.js';
import type { Kernels } from './wasm-kernels.js';
import {
  kernelBytes,
  outputBytes,
  planeBytes,
  planLayers,
  rawKernelBytes,
  tilesOf,
  type Layer,
} from './wasm-layers.js';

export type { SIMDKind } from '../kernels.js';
export { loadGANSynthModule } from './wasm-kernels.js';

export interface WasmGenerator extends Generator {
  /**
   * @param image [128 * 1024 * 2] as {@link Generator.spectrogram} returns it
   * @returns 64000 samples at 16 kHz
   * @throws SPECTROGRAM_SHAPE
   */
  spectrogramToAudio(image: Float32Array): Promise<Float32Array>;
}

const IMAGE_FLOATS = 128 * 1024 * 2;
const AUDIO_SAMPLES = 64000;

/**
 * Each generator has a memory of its own, so several can share one module. The weights are copied: nothing of `weights`
 * is kept.
 * @throws WASM_UNAVAILABLE when there is not enough memory
 */
export async function createWasmGenerator(
  module: WebAssembly.Module,
  weights: GeneratorWeights,
): Promise<WasmGenerator> {
  const { exports } = await WebAssembly.instantiate(module, { env: { abort: () => {} } });
  return new WasmNetwork(exports as unknown as Kernels, weights);
}

/** A layer and where its weights lie. */
interface PlacedLayer extends Layer {
  readonly kernel: number;
  readonly bias: number;
  /** The address of its record. */
  readonly record: number;
}

class WasmNetwork implements WasmGenerator {
  readonly bytes: number;
  private readonly inputSize: number;
  private readonly refinement: number;
  private readonly layers: readonly PlacedLayer[];
  // Addresses. The activations go to and fro: conv0 writes to `ping`, conv1 from there to `pong`.
  private readonly input: number;
  private readonly rgb: number;
  private readonly image: number;
  private readonly samples: number;
  private readonly tables: number;
  private readonly ping: number;
  private readonly pong: number;
  private kernels: Kernels | undefined;
  /** Ends when the render before has: they share the activations. */
  private previous: Promise<unknown> = Promise.resolve();

  constructor(kernels: Kernels, weights: GeneratorWeights) {
    this.kernels = kernels;
    this.inputSize = weights.inputSize;
    this.refinement = weights.refinement;
    const arena = new Arena(kernels.memory, kernels.heapBase());
    const reserve = (bytes: number) => arena.reserve(bytes);
    const layers = planLayers(weights);
    const largest = (bytes: (layer: Layer) => number) => Math.max(...layers.map(bytes));
    const places = layers.map((layer) => ({
      kernel: reserve(kernelBytes(layer)),
      bias: reserve(4 * layer.outputs),
    }));
    this.input = reserve(4 * weights.inputSize);
    this.rgb = reserve(4 * (2 * padded(weights.toRGB.shape[2]) + 2));
    this.image = reserve(4 * IMAGE_FLOATS);
    this.samples = reserve(4 * AUDIO_SAMPLES);
    this.tables = reserve(kernels.inversionBytes(weights.refinement > 0));
    const tile = reserve(4 * 16 * largest(({ outputs }) => outputs));
    const v = reserve(largest((layer) => planeBytes(layer, 'inputs')));
    const m = reserve(largest((layer) => planeBytes(layer, 'outputs')));
    const isConv0 = ({ kind }: Layer) => kind === 'dense' || kind === 'upsampled';
    this.pong = reserve(largest((layer) => (isConv0(layer) ? 0 : outputBytes(layer))));
    // Last, because the raw kernels pass through here before any activation does.
    this.ping = reserve(
      largest((layer) =>
        Math.max(isConv0(layer) ? outputBytes(layer) : 0, layer.kind === 'dense' ? 0 : rawKernelBytes(layer)),
      ),
    );
    this.layers = layers.map((layer, i) => {
      const { kind } = layer;
      const x = kind === 'dense' ? this.input : kind === 'upsampled' ? this.pong : this.ping;
      const y = kind === 'last' ? this.image : isConv0(layer) ? this.ping : this.pong;
      const following = kind === 'last' ? 'toRGB' : 'normalised';
      const record = writeRecord(arena, {
        ...layer,
        ...places[i],
        following,
        x,
        y,
        v,
        m,
        tile,
        rgb: this.rgb,
      });
      return { ...layer, ...places[i], record };
    });
    this.bytes = arena.bytes;
    this.loadWeights(kernels, weights);
    kernels.prepareInversion(this.tables);
  }

  spectrogram(input: Float32Array, pause?: PauseBetweenLayers): Promise<Float32Array> {
    return this.inTurn(async (kernels) => {
      await this.forward(kernels, input, pause);
      return new Float32Array(kernels.memory.buffer, this.image, IMAGE_FLOATS).slice();
    });
  }

  audio(input: Float32Array, pause?: PauseBetweenLayers): Promise<Float32Array> {
    return this.inTurn(async (kernels) => {
      await this.forward(kernels, input, pause);
      return this.invert(kernels);
    });
  }

  spectrogramToAudio(image: Float32Array): Promise<Float32Array> {
    return this.inTurn((kernels) => {
      if (image.length !== IMAGE_FLOATS) {
        throw new TimbrelError(
          'SPECTROGRAM_SHAPE',
          `The spectrogram has ${image.length} values; 128 x 1024 x 2 = ${IMAGE_FLOATS} make a note`,
        );
      }
      new Float32Array(kernels.memory.buffer, this.image, IMAGE_FLOATS).set(image);
      return this.invert(kernels);
    });
  }

  dispose(): void {
    this.kernels = undefined;
  }

  /** A render pauses between its blocks; another one that was asked for meanwhile must not begin there. */
  private inTurn<T>(work: (kernels: Kernels) => T | Promise<T>): Promise<T> {
    const turn = this.previous.then(() => {
      if (!this.kernels) throw new TimbrelError('DISPOSED', 'This generator was disposed');
      return work(this.kernels);
    });
    this.previous = turn.catch(() => {});
    return turn;
  }

  private invert(kernels: Kernels): Float32Array {
    kernels.invert(this.image, this.tables, this.refinement, this.samples);
    return new Float32Array(kernels.memory.buffer, this.samples, AUDIO_SAMPLES).slice();
  }

  private async forward(kernels: Kernels, input: Float32Array, pause?: PauseBetweenLayers): Promise<void> {
    if (input.length !== this.inputSize) {
      throw new TimbrelError(
        'LATENT_INVALID',
        `The generator's input has ${input.length} values, latent and pitches; this one takes ${this.inputSize}`,
      );
    }
    const { buffer } = kernels.memory;
    new Float32Array(buffer, this.input, input.length).set(input);
    kernels.normalise(this.input, input.length);
    for (const layer of this.layers) {
      if (layer.kind === 'upsampled' && pause) await pause();
      this.run(kernels, layer);
    }
  }

  private run(kernels: Kernels, layer: PlacedLayer): void {
    const { kind, height, width, outputs, record } = layer;
    const { ping, pong } = this;
    const { buffer } = kernels.memory;
    switch (kind) {
      case 'dense':
        clearBorder(buffer, ping, height, width, outputs);
        kernels.dense(record);
        return;
      case 'direct':
        clearBorder(buffer, pong, height, width, outputs);
        kernels.directConvolution(record);
        return;
      case 'upsampled':
        clearBorder(buffer, ping, 2 * height, 2 * width, outputs);
        eachStrip(tilesOf(layer), (first, count) => kernels.upsampledConvolution(record, first, count));
        return;
      case 'same':
        clearBorder(buffer, pong, height, width, outputs);
        eachStrip(tilesOf(layer), (first, count) => kernels.sameSizeConvolution(record, first, count));
        return;
      case 'last':
        eachStrip(tilesOf(layer), (first, count) => kernels.sameSizeConvolution(record, first, count));
    }
  }

  private loadWeights(kernels: Kernels, { blocks, toRGB }: GeneratorWeights): void {
    const { buffer } = kernels.memory;
    const convolutions: readonly ConvWeights[] = blocks.flatMap(({ conv0, conv1 }) => [conv0, conv1]);
    this.layers.forEach(({ kind, kernel, bias, inputs, outputs }, i) => {
      new Float32Array(buffer, bias, outputs).set(convolutions[i].bias);
      const raw = padKernel(convolutions[i], inputs, outputs);
      const address = kind === 'dense' ? kernel : this.ping;
      new Float32Array(buffer, address, raw.length).set(raw);
      if (kind === 'direct') kernels.packMatrix(address, 9 * inputs, outputs, kernel);
      else if (kind !== 'dense')
        kernels.transformWeights(address, inputs, outputs, kind === 'upsampled', kernel);
    });
    // [2][channels], then two biases.
    const channels = toRGB.shape[2];
    const rgb = new Float32Array(buffer, this.rgb, 2 * padded(channels) + 2);
    for (let c = 0; c < channels; c++) {
      rgb[c] = toRGB.kernel[2 * c];
      rgb[padded(channels) + c] = toRGB.kernel[2 * c + 1];
    }
    rgb.set(toRGB.bias, 2 * padded(channels));
  }
}

/** Layers write their pixels only, and the activations change shape from layer to layer. */
function clearBorder(
  buffer: ArrayBuffer,
  address: number,
  height: number,
  width: number,
  channels: number,
): void {
  const line = (width + 2) * channels;
  const image = new Float32Array(buffer, address, (height + 2) * line);
  image.fill(0, 0, line + channels);
  // The last pixel of a row and the first of the next are neighbours.
  for (let row = 1; row <= height; row++) {
    const end = (row + 1) * line;
    image.fill(0, end - channels, end + channels);
  }
  image.fill(0, (height + 1) * line);
}
