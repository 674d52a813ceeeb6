/**
 * GANSynth's generator in our SIMD WebAssembly kernels (wasm/): memory plan, weights, the walk over the layers. No tfjs, no DOM,
 * no Node: runs in any worker.
 */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { Checkpoint, ConvWeights, Generator, GeneratorWeights } from './generator.js';

/** What wasm/assembly/index.ts exports; numbers are byte addresses unless they count something. */
interface Kernels {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  normalise(x: number, length: number): void;
  dense(
    x: number,
    inputs: number,
    kernel: number,
    bias: number,
    outputs: number,
    trueOutputs: number,
    y: number,
    sums: number,
  ): void;
  packMatrix(matrix: number, rows: number, columns: number, to: number): void;
  transformWeights(kernel: number, inputs: number, outputs: number, upsampled: boolean, u: number): void;
  directConvolution(...args: number[]): void;
  upsampledConvolution(...args: number[]): void;
  sameSizeConvolution(...args: number[]): void;
  lastConvolution(...args: number[]): void;
  prepareInversion(tables: number): void;
  invert(image: number, tables: number, audio: number): void;
  inversionBytes(): number;
}

export interface WasmGenerator extends Generator {
  /** @param image [128 * 1024 * 2] as {@link Generator.spectrogram} returns it @returns 64000 samples */
  spectrogramToAudio(image: Float32Array): Promise<Float32Array>;
}

export type SIMDKind = 'relaxed' | 'simd';

/** A module whose one function is `f32x4.relaxed_madd` of three zeros: valid only where relaxed SIMD is. */
// prettier-ignore
const RELAXED_PROBE = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0,
  65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11,
);

/**
 * Compiles the kernels that this engine can run.
 * @param fetchBytes reads a file that lies beside the worker's script
 * @param kind forces one of the builds, for tests and benchmarks
 * @throws WASM_UNAVAILABLE
 */
export async function loadGANSynthModule(
  fetchBytes: (name: string) => Promise<BufferSource>,
  kind: SIMDKind = WebAssembly.validate(RELAXED_PROBE) ? 'relaxed' : 'simd',
): Promise<WebAssembly.Module> {
  const name = `gansynth.${kind}.wasm`;
  const bytes = await fetchBytes(name);
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw new TimbrelError(
      'WASM_UNAVAILABLE',
      `${name} could not be compiled (${cause instanceof Error ? cause.message : cause}). This engine needs WebAssembly SIMD, ` +
        "and a Content-Security-Policy needs 'wasm-unsafe-eval'",
      { cause },
    );
  }
}

const IMAGE_FLOATS = 128 * 1024 * 2;
const AUDIO_SAMPLES = 64000;
/** Tiles in one go: enough that weights are seldom read again, few enough that the planes stay in the cache. */
const STRIP = 64;
/** As PLANE_PADDING of wasm/assembly/winograd.ts. */
const PLANE_PADDING = 64;

const padded = (channels: number) => Math.ceil(channels / 8) * 8;

interface Layer {
  readonly kind: 'dense' | 'direct' | 'upsampled' | 'same' | 'last';
  /** Size of the input image. */
  readonly height: number;
  readonly width: number;
  /** Padded. */
  readonly inputs: number;
  readonly outputs: number;
  readonly trueOutputs: number;
  readonly weights: ConvWeights;
  /** Addresses. */
  kernel: number;
  bias: number;
}

export async function createWasmGenerator(
  module: WebAssembly.Module,
  weights: GeneratorWeights,
): Promise<WasmGenerator> {
  const instance = await WebAssembly.instantiate(module, { env: { abort: () => {} } });
  const kernels = instance.exports as unknown as Kernels;
  return new WasmNetwork(kernels, weights);
}

class WasmNetwork implements WasmGenerator {
  readonly bytes: number;
  private readonly layers: readonly Layer[];
  private readonly input: number;
  private readonly rgb: number;
  private readonly image: number;
  private readonly audioAddress: number;
  private readonly tables: number;
  /** Activations: the output of each block's conv0, and of its conv1. */
  private readonly ping: number;
  private readonly pong: number;
  private readonly v: number;
  private readonly m: number;
  private readonly tile: number;
  private kernels: Kernels | undefined;

  constructor(
    kernels: Kernels,
    private readonly weights: GeneratorWeights,
  ) {
    this.kernels = kernels;
    this.layers = planLayers(weights);
    let top = Math.ceil(kernels.heapBase() / 64) * 64;
    const reserve = (bytes: number) => {
      const address = top;
      top += Math.ceil(bytes / 64) * 64;
      return address;
    };
    for (const layer of this.layers) {
      layer.kernel = reserve(kernelBytes(layer));
      layer.bias = reserve(4 * layer.outputs);
    }
    const widest = Math.max(...this.layers.map(({ inputs, outputs }) => Math.max(inputs, outputs)));
    const bordered = (layer: Layer | undefined, scale: number) =>
      layer ? 4 * (layer.height * scale + 2) * (layer.width * scale + 2) * layer.outputs : 0;
    this.input = reserve(4 * weights.inputSize);
    this.rgb = reserve(4 * (2 * padded(weights.toRGB.shape[2]) + 2));
    this.image = reserve(4 * IMAGE_FLOATS);
    this.audioAddress = reserve(4 * AUDIO_SAMPLES);
    this.tables = reserve(kernels.inversionBytes());
    this.tile = reserve(4 * 16 * widest);
    this.v = reserve(Math.max(...this.layers.map(scratchBytes('inputs'))));
    this.m = reserve(Math.max(...this.layers.map(scratchBytes('outputs'))));
    this.ping = reserve(
      Math.max(
        ...this.layers.map((layer) =>
          layer.kind === 'upsampled'
            ? bordered(layer, 2)
            : layer.kind === 'dense'
              ? bordered(layer, 1)
              : rawBytes(layer),
        ),
      ),
    );
    this.pong = reserve(
      Math.max(
        ...this.layers.map((layer) =>
          layer.kind === 'same' || layer.kind === 'direct' ? bordered(layer, 1) : 0,
        ),
      ),
    );
    this.bytes = top;
    grow(kernels.memory, top);
    this.loadWeights(kernels);
    kernels.prepareInversion(this.tables);
  }

  async spectrogram(input: Float32Array, between?: Checkpoint): Promise<Float32Array> {
    const kernels = await this.forward(input, between);
    return new Float32Array(kernels.memory.buffer, this.image, IMAGE_FLOATS).slice();
  }

  async audio(input: Float32Array, between?: Checkpoint): Promise<Float32Array> {
    return this.invert(await this.forward(input, between));
  }

  async spectrogramToAudio(image: Float32Array): Promise<Float32Array> {
    const kernels = this.alive();
    new Float32Array(kernels.memory.buffer, this.image, IMAGE_FLOATS).set(image);
    return this.invert(kernels);
  }

  dispose(): void {
    this.kernels = undefined;
  }

  private alive(): Kernels {
    if (!this.kernels) throw new TimbrelError('DISPOSED', 'This generator was disposed');
    return this.kernels;
  }

  private invert(kernels: Kernels): Float32Array {
    kernels.invert(this.image, this.tables, this.audioAddress);
    return new Float32Array(kernels.memory.buffer, this.audioAddress, AUDIO_SAMPLES).slice();
  }

  private async forward(input: Float32Array, between?: Checkpoint): Promise<Kernels> {
    const kernels = this.alive();
    new Float32Array(kernels.memory.buffer, this.input, input.length).set(input);
    kernels.normalise(this.input, input.length);
    for (const layer of this.layers) {
      if (layer.kind === 'upsampled' && between) await between();
      this.run(kernels, layer);
    }
    return kernels;
  }

  private run(kernels: Kernels, layer: Layer): void {
    const { kind, height, width, inputs, outputs, trueOutputs, kernel, bias } = layer;
    const { ping, pong, v, m, tile } = this;
    const shape = [width, inputs, outputs, trueOutputs, kernel, bias];
    switch (kind) {
      case 'dense':
        clearBorder(kernels.memory, ping, height, width, outputs);
        kernels.dense(this.input, inputs, kernel, bias, outputs, trueOutputs, ping, tile);
        return;
      case 'direct':
        clearBorder(kernels.memory, pong, height, width, outputs);
        kernels.directConvolution(ping, height, ...shape, pong, v, m);
        return;
      case 'upsampled':
        clearBorder(kernels.memory, ping, 2 * height, 2 * width, outputs);
        eachStrip((height * width) / 4, (first, count) =>
          kernels.upsampledConvolution(pong, ...shape, ping, first, count, v, m, tile),
        );
        return;
      case 'same':
        clearBorder(kernels.memory, pong, height, width, outputs);
        eachStrip((height * width) / 16, (first, count) =>
          kernels.sameSizeConvolution(ping, ...shape, pong, first, count, v, m, tile),
        );
        return;
      case 'last':
        eachStrip((height * width) / 16, (first, count) =>
          kernels.lastConvolution(ping, ...shape, this.rgb, this.image, first, count, v, m, tile),
        );
    }
  }

  private loadWeights(kernels: Kernels): void {
    const { buffer } = kernels.memory;
    for (const layer of this.layers) {
      const { kind, kernel, bias, inputs, outputs, weights } = layer;
      new Float32Array(buffer, bias, outputs).set(weights.bias);
      if (kind === 'dense') {
        new Float32Array(buffer, kernel, 32 * inputs * outputs).set(padKernel(weights, inputs, outputs));
        continue;
      }
      // The activations are not needed yet: the raw kernel may lie there while it is transformed.
      new Float32Array(buffer, this.ping, 9 * inputs * outputs).set(padKernel(weights, inputs, outputs));
      if (kind === 'direct') kernels.packMatrix(this.ping, 9 * inputs, outputs, kernel);
      else kernels.transformWeights(this.ping, inputs, outputs, kind === 'upsampled', kernel);
    }
    const { toRGB } = this.weights;
    const channels = toRGB.shape[2];
    const rgb = new Float32Array(buffer, this.rgb, 2 * padded(channels) + 2);
    for (let c = 0; c < channels; c++) {
      rgb[c] = toRGB.kernel[2 * c];
      rgb[padded(channels) + c] = toRGB.kernel[2 * c + 1];
    }
    rgb.set(toRGB.bias, 2 * padded(channels));
  }
}

function planLayers({ blocks, inputSize }: GeneratorWeights): Layer[] {
  const layer = (kind: Layer['kind'], scale: number, inputs: number, weights: ConvWeights): Layer => {
    const trueOutputs = weights.shape[3];
    return {
      kind,
      height: 2 * scale,
      width: 16 * scale,
      inputs,
      outputs: padded(trueOutputs),
      trueOutputs,
      weights,
      kernel: 0,
      bias: 0,
    };
  };
  return blocks.flatMap(({ conv0, conv1 }, i) => {
    const scale = 2 ** i;
    const last = i === blocks.length - 1;
    const inputs = i === 0 ? inputSize : padded(conv0.shape[2]);
    return [
      i === 0 ? layer('dense', 1, inputs, conv0) : layer('upsampled', scale / 2, inputs, conv0),
      layer(i === 0 ? 'direct' : last ? 'last' : 'same', scale, padded(conv1.shape[2]), conv1),
    ];
  });
}

const rawBytes = ({ inputs, outputs }: Layer) => 4 * 9 * inputs * outputs;

function kernelBytes({ kind, inputs, outputs }: Layer): number {
  const matrices = { dense: 32, direct: 9, upsampled: 25, same: 36, last: 36 }[kind];
  return 4 * matrices * inputs * outputs;
}

const scratchBytes =
  (side: 'inputs' | 'outputs') =>
  (layer: Layer): number => {
    const { kind, height, width } = layer;
    const channels = layer[side];
    if (kind === 'dense') return 0;
    if (kind === 'direct') return 4 * height * width * channels * (side === 'inputs' ? 9 : 1);
    const tiles = Math.min(STRIP, (height * width) / (kind === 'upsampled' ? 4 : 16));
    return 36 * (4 * tiles * channels + PLANE_PADDING);
  };

function eachStrip(tiles: number, run: (first: number, count: number) => void): void {
  for (let first = 0; first < tiles; first += STRIP) run(first, Math.min(STRIP, tiles - first));
}

/** HWIO with both channel counts padded to multiples of 8 by zeros. */
function padKernel({ kernel, shape }: ConvWeights, inputs: number, outputs: number): Float32Array {
  const [height, width, trueInputs, trueOutputs] = shape;
  if (trueInputs === inputs && trueOutputs === outputs) return kernel;
  const result = new Float32Array(height * width * inputs * outputs);
  for (let tap = 0; tap < height * width; tap++) {
    for (let i = 0; i < trueInputs; i++) {
      const from = (tap * trueInputs + i) * trueOutputs;
      result.set(kernel.subarray(from, from + trueOutputs), (tap * inputs + i) * outputs);
    }
  }
  return result;
}

/** Layers write their pixels only; the buffers change shape from layer to layer. */
function clearBorder(
  memory: WebAssembly.Memory,
  address: number,
  height: number,
  width: number,
  channels: number,
): void {
  const line = (width + 2) * channels;
  const image = new Float32Array(memory.buffer, address, (height + 2) * line);
  image.fill(0, 0, line + channels);
  // The last pixel of a row and the first of the next are neighbours.
  for (let row = 1; row <= height; row++) {
    const end = (row + 1) * line;
    image.fill(0, end - channels, end + channels);
  }
  image.fill(0, (height + 1) * line);
}

function grow(memory: WebAssembly.Memory, bytes: number): void {
  const pages = Math.ceil((bytes - memory.buffer.byteLength) / 65536);
  try {
    if (pages > 0) memory.grow(pages);
  } catch (cause) {
    throw new TimbrelError(
      'WASM_UNAVAILABLE',
      `The network needs ${Math.ceil(bytes / 1e6)} MB of memory, which is not to be had`,
      { cause },
    );
  }
}
