/** The WaveNet encoder in the SIMD kernels. No DOM, no Node: it runs in any worker. */
import { padded } from '../layers/packing.js';
import type { Linear, Matrix } from '../matrix.js';
import { encodeInPieces, type FrameRange } from './encode-pieces.js';
import { instantiate, type KernelInstance } from './wasm-kernels.js';
import { dilation, encoderReach, tapsBefore, type EncoderWeights, type WaveNetEncoder } from './wavenet.js';

/** Multiply-accumulates between two pauses: some milliseconds. */
const WORK = 5e7;
/** The layout is that of wasm/assembly/wavenet-encoder.ts. */
const BLOCK = 64;
const FIELDS = 10;

const ceilTo = (multiple: number, value: number) => Math.ceil(value / multiple) * multiple;

/** Each encoder has a memory of its own. Nothing of `weights` is kept. @throws WASM_UNAVAILABLE */
export async function createWasmEncoder(
  module: WebAssembly.Module,
  weights: EncoderWeights,
): Promise<WaveNetEncoder> {
  return new WasmEncoder(await instantiate(module), weights);
}

interface PlacedLayer {
  readonly dilation: number;
  readonly dilated: number;
  readonly dilatedBias: number;
  readonly residual: number;
  readonly residualBias: number;
}

class WasmEncoder implements WaveNetEncoder {
  private readonly taps: number;
  private readonly reach: number;
  /** Padded. */
  private readonly width: number;
  private readonly start: number;
  private readonly startBias: number;
  private readonly layers: readonly PlacedLayer[];
  private readonly bottleneck: Linear;
  private readonly record: number;

  constructor(
    private readonly instance: KernelInstance,
    weights: EncoderWeights,
  ) {
    const { taps, stages, start, layers, bottleneck } = weights;
    const { arena } = instance;
    const width = padded(start.bias.length);
    const vector = (values: Float32Array) => {
      const result = new Float32Array(width);
      result.set(values);
      return arena.store(result);
    };
    this.taps = taps;
    this.width = width;
    this.reach = encoderReach(weights);
    this.start = arena.store(paddedRows(start.kernel, 0, taps, taps, width));
    this.startBias = vector(start.bias);
    this.layers = layers.map(({ dilated, residual }, i) => ({
      dilation: dilation(i, stages),
      dilated: arena.store(packTaps(dilated.kernel, taps, width)),
      dilatedBias: vector(dilated.bias),
      residual: arena.store(packTaps(residual.kernel, 1, width)),
      residualBias: vector(residual.bias),
    }));
    this.bottleneck = bottleneck;
    this.record = arena.reserve(4 * FIELDS);
  }

  get bytes(): number {
    return this.instance.arena.buffer.byteLength;
  }

  async encode(
    x: Float32Array,
    hopLength: number,
    pause: () => Promise<void> | void,
    onShare: (done: number) => void = () => {},
  ): Promise<Float32Array<ArrayBuffer>> {
    const means = (piece: Float32Array, range: FrameRange, afterLayer: (layer: number) => void) =>
      this.encodePiece(piece, range, pause, afterLayer);
    const { reach, bottleneck } = this;
    return encodeInPieces(x, hopLength, { reach, layers: this.layers.length, bottleneck, means }, onShare);
  }

  /** @returns [frames, width] the means of the last layer's rows over each frame from `first` on */
  private async encodePiece(
    x: Float32Array,
    { hopLength, first, frames }: FrameRange,
    pause: () => Promise<void> | void,
    afterLayer: (layer: number) => void,
  ): Promise<Float32Array> {
    const { kernels, arena } = this.instance;
    const { taps, width, layers } = this;
    const rows = ceilTo(4, x.length);
    const row = 4 * width;
    const margin = (taps - 1) * Math.max(1, ...layers.map((layer) => layer.dilation));
    const before = tapsBefore(taps);
    const inputFloats = x.length + taps;
    const [input, stream, padding, products, means] = arena.scratch(
      4 * inputFloats,
      rows * row,
      (rows + 2 * margin) * row,
      (taps + 1) * BLOCK * row,
      frames * row,
    );
    arena.floats(input, inputFloats).fill(0);
    arena.floats(input, inputFloats).set(x, before);
    kernels.startEncoder(input, x.length, taps, this.start, this.startBias, width, stream);
    arena.floats(padding, (rows + 2 * margin) * width).fill(0);
    const rectified = padding + margin * row;
    const step = ceilTo(BLOCK, WORK / ((taps + 1) * width * width));
    for (const [i, layer] of layers.entries()) {
      kernels.rectify(stream, x.length * row, rectified);
      const { dilated, dilatedBias, residual, residualBias } = layer;
      // In the order of the kernel's class.
      const fields = {
        width,
        taps,
        dilation: layer.dilation,
        dilated,
        dilatedBias,
        residual,
        residualBias,
        stream,
        rectified,
        products,
      };
      arena.integers(this.record, FIELDS).set(Object.values(fields));
      for (let from = 0; from < rows; from += step) {
        await pause();
        kernels.encodeLayer(this.record, from, Math.min(step, rows - from));
      }
      afterLayer(i);
    }
    kernels.pool(stream + first * hopLength * row, frames, hopLength, width, means);
    return arena.floats(means, frames * width).slice();
  }
}

/** A range of rows in a larger matrix of zeros. */
function paddedRows(
  { columns, data }: Matrix,
  firstRow: number,
  count: number,
  rows: number,
  width: number,
): Float32Array {
  const result = new Float32Array(rows * width);
  for (let row = 0; row < count; row++)
    result.set(data.subarray((firstRow + row) * columns, (firstRow + row + 1) * columns), row * width);
  return result;
}

/** A matrix a tap, each packed as the kernel reads it: [width / 8][width][8] (wasm/assembly/gemm.ts). */
function packTaps(kernel: Matrix, taps: number, width: number): Float32Array {
  const inputs = kernel.rows / taps;
  const packed = new Float32Array(taps * width * width);
  let to = 0;
  for (let tap = 0; tap < taps; tap++) {
    const matrix = paddedRows(kernel, tap * inputs, inputs, width, width);
    for (let column = 0; column < width; column += 8) {
      for (let row = 0; row < width; row++, to += 8) {
        const from = row * width + column;
        packed.set(matrix.subarray(from, from + 8), to);
      }
    }
  }
  return packed;
}
