/** The part of the spectral decoder that works along frequency, in the SIMD kernels (wasm/assembly/spectral-bins.ts). */
import { padded } from '../layers/packing.js';
import { COMB_CHANNELS, Comb } from './comb.js';
import {
  BINS,
  inputsOf,
  isTold,
  lowestBins,
  type BinsNetwork,
  type BinsWeights,
  type Convolution1D,
} from './spectral.js';
import { instantiate, type KernelInstance } from './wasm-kernels.js';

/** Frames that pass through the layers together: their rows stay in the second-level cache. */
const FRAMES = 4;

/** Each network has a memory of its own. Nothing of `weights` is kept. @throws WASM_UNAVAILABLE */
export async function createWasmBins(module: WebAssembly.Module, weights: BinsWeights): Promise<BinsNetwork> {
  return new WasmBins(await instantiate(module), weights);
}

interface PlacedLayer {
  readonly kernel: 'doubledBins' | 'sameBins';
  readonly record: number;
  /** Bins and channels that it writes, padded. */
  readonly bins: number;
  readonly channels: number;
  /** Tells the next layer of the partials, behind the channels that this one fills. */
  readonly comb?: { readonly comb: Comb; readonly channel: number };
}

class WasmBins implements BinsNetwork {
  readonly backend = 'wasm';
  private readonly layers: readonly PlacedLayer[];
  private readonly output: number;
  private readonly zeros: number;
  /** Bins and channels of what comes in, and channels of what goes out. */
  private readonly lowest: number;
  private readonly channels: number;
  private readonly lastChannels: number;
  /** Two rows of frames, which the layers read and write in turn. */
  private readonly rows: readonly [number, number];

  constructor(
    private readonly instance: KernelInstance,
    weights: BinsWeights,
  ) {
    const { arena } = instance;
    const { levels, output } = weights;
    this.lowest = lowestBins(weights);
    this.channels = inputsOf(levels[0][0]);
    this.layers = levels.flatMap((level, i) => {
      const [first, second] = level;
      const bins = this.lowest * 2 ** (i + 1);
      const between = padded(inputsOf(second));
      const comb = isTold(level) ? { comb: new Comb(bins), channel: first.bias.length } : undefined;
      return [
        { ...this.place(first, bins / 2, between, true), bins, comb },
        { ...this.place(second, bins, padded(second.bias.length), false), bins },
      ];
    });
    const last = output.kernel.rows;
    this.lastChannels = padded(last);
    const toColumns = new Float32Array(2 * this.lastChannels + 2);
    for (let c = 0; c < last; c++) {
      toColumns[c] = output.kernel.data[2 * c];
      toColumns[this.lastChannels + c] = output.kernel.data[2 * c + 1];
    }
    toColumns.set(output.bias, 2 * this.lastChannels);
    this.output = arena.store(toColumns);
    this.zeros = arena.store(new Float32Array(padded(this.channels)));
    const sizes = this.layers.map(({ bins, channels }) => (bins + 2) * channels);
    const largest = 4 * FRAMES * Math.max((this.lowest + 2) * padded(this.channels), ...sizes);
    this.rows = [arena.reserve(largest), arena.reserve(largest)];
  }

  get bytes(): number {
    return this.instance.arena.buffer.byteLength;
  }

  columns(x: Float32Array, pitches: ArrayLike<number>): Float32Array<ArrayBuffer> {
    const result = new Float32Array(pitches.length * BINS * 2);
    for (let first = 0; first < pitches.length; first += FRAMES) this.some(x, pitches, first, result);
    return result;
  }

  private some(x: Float32Array, pitches: ArrayLike<number>, first: number, to: Float32Array): void {
    const frames = Math.min(FRAMES, pitches.length - first);
    const { arena, kernels } = this.instance;
    const { lowest, channels } = this;
    const size = padded(channels);
    let [from, next] = this.rows;
    const line = (lowest + 2) * size;
    const rows = arena.floats(from, frames * line).fill(0);
    for (let frame = 0; frame < frames; frame++) {
      for (let bin = 0; bin < lowest; bin++) {
        const at = ((first + frame) * lowest + bin) * channels;
        rows.set(x.subarray(at, at + channels), frame * line + (bin + 1) * size);
      }
      kernels.finish(from + 4 * frame * line, lowest, size, channels, this.zeros);
    }
    for (const { kernel, record, bins, channels: width, comb } of this.layers) {
      kernels[kernel](record, frames, from, next);
      [from, next] = [next, from];
      if (!comb) continue;
      const line = (bins + 2) * width;
      for (let frame = 0; frame < frames; frame++) {
        const told = comb.comb.at(pitches[first + frame]);
        const row = arena.floats(from + 4 * frame * line, line);
        for (let at = 0, to = width + comb.channel; at < told.length; at += COMB_CHANNELS, to += width) {
          for (let c = 0; c < COMB_CHANNELS; c++) row[to + c] = told[at + c];
        }
      }
    }
    const [columns] = arena.scratch(4 * frames * BINS * 2);
    kernels.columns(frames, BINS, this.lastChannels, from, this.output, columns);
    to.set(arena.floats(columns, frames * BINS * 2), first * BINS * 2);
  }

  /** @param outputs channels of what it writes, padded @returns the address of its record, in the order of the kernel's class */
  private place(
    convolution: Convolution1D,
    bins: number,
    outputs: number,
    doubled: boolean,
  ): Pick<PlacedLayer, 'kernel' | 'record' | 'channels'> {
    const { arena } = this.instance;
    const { bias } = convolution;
    const taps = [0, 1, 2].map((tap) => tapOf(convolution, tap, outputs));
    const [first, middle, last] = taps;
    const kernel = doubled ? [first, added(middle, last)] : taps;
    const paddedBias = new Float32Array(outputs);
    paddedBias.set(bias);
    const record = arena.record(
      bins,
      padded(inputsOf(convolution)),
      outputs,
      bias.length,
      arena.store(packed(kernel, outputs)),
      doubled ? arena.store(packed([added(first, middle), last], outputs)) : 0,
      arena.store(paddedBias),
    );
    return { kernel: doubled ? 'doubledBins' : 'sameBins', record, channels: outputs };
  }
}

/** [inputs, columns] of one tap, padded. */
function tapOf(convolution: Convolution1D, tap: number, columns: number): Float32Array {
  const inputs = inputsOf(convolution);
  const outputs = convolution.bias.length;
  const { data } = convolution.kernel;
  const result = new Float32Array(padded(inputs) * columns);
  for (let i = 0; i < inputs; i++) {
    const row = (tap * inputs + i) * outputs;
    result.set(data.subarray(row, row + outputs), i * columns);
  }
  return result;
}

const added = (a: Float32Array, b: Float32Array) => a.map((value, i) => value + b[i]);

/** Taps below each other, as the products read them: [outputs / 8][rows][8] (wasm/assembly/gemm.ts). */
function packed(taps: readonly Float32Array[], outputs: number): Float32Array {
  const result = new Float32Array(taps.reduce((sum, { length }) => sum + length, 0));
  let to = 0;
  for (let column = 0; column < outputs; column += 8) {
    for (const tap of taps) {
      for (let row = 0; row < tap.length; row += outputs, to += 8)
        result.set(tap.subarray(row + column, row + column + 8), to);
    }
  }
  return result;
}
