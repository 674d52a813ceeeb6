/** Convolution stacks in the SIMD kernels. No DOM, no Node: they run in any worker. */
import { concatenateFloats } from '../../bytes/concatenate.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { Arena } from '../arena.js';
import { padKernel, padded } from '../conv2d/record.js';
import { bestKind, compileKernels, type SIMDKind } from '../kernels.js';
import {
  DEFAULT_LOOK_AHEAD,
  binsOf,
  type ConvStack,
  type ConvStacks,
  type ConvStackStream,
  type ConvStackWeights,
} from './conv-stack.js';

/** The functions of wasm/assembly/conv-stack.ts. Addresses are in bytes; a `layer` is that of a record. */
interface Kernels {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  transformBins(kernel: number, inputs: number, outputs: number, u: number): void;
  packMatrix(matrix: number, rows: number, columns: number, to: number): void;
  firstConvolution(layer: number, bins: number): void;
  /** Computes `count` tiles of 4 bins from `first` on. */
  pooledConvolution(layer: number, first: number, count: number): void;
  denseReLU(
    x: number,
    kernel: number,
    bias: number,
    rows: number,
    inputs: number,
    outputs: number,
    y: number,
  ): void;
}

/** Kernels and the memory that they work in. */
interface Instance {
  readonly kernels: Kernels;
  readonly arena: Arena;
}

/** Frames that are computed at once: weights are read once for them, and what lies between layers stays in the cache. */
const FRAMES_AT_ONCE = 64;
/** Bytes of the planes of a strip of tiles. */
const STRIP_BYTES = 256 * 1024;
/** The layout is that of wasm/assembly/conv-stack.ts, for six planes of both kinds. */
const PADDING_BYTES = 12 * 64;

/**
 * Compiles the kernels that this engine can run.
 * @param fetchBytes reads a file that lies beside the worker's script
 * @param kind forces one of the builds, for tests and benchmarks
 * @throws WASM_UNAVAILABLE
 */
export const loadConvStackModule = (
  fetchBytes: (name: string) => Promise<BufferSource>,
  kind: SIMDKind = bestKind(),
): Promise<WebAssembly.Module> => compileKernels('conv-stack', fetchBytes, kind);

/**
 * Makes a place for stacks, with a memory of its own.
 * @param module of loadConvStackModule; several can share one
 */
export async function createWasmConvStacks(module: WebAssembly.Module): Promise<ConvStacks> {
  const { exports } = await WebAssembly.instantiate(module, { env: { abort: () => {} } });
  const kernels = exports as unknown as Kernels;
  return new WasmConvStacks({ kernels, arena: new Arena(kernels.memory, kernels.heapBase()) });
}

class WasmConvStacks implements ConvStacks {
  readonly backend = 'wasm';
  private instance: Instance | undefined;

  constructor(instance: Instance) {
    this.instance = instance;
  }

  get bytes(): number {
    return this.instance?.arena.bytes ?? 0;
  }

  stack(weights: ConvStackWeights): ConvStack {
    const placed = placeWeights(this.alive(), weights);
    return {
      outputSize: weights.dense.bias.length,
      begin: () => new WasmStream(placed, () => this.alive()),
    };
  }

  dispose(): void {
    this.instance = undefined;
  }

  private alive(): Instance {
    if (!this.instance) throw new TimbrelError('DISPOSED', 'This network was disposed; load the model again');
    return this.instance;
  }
}

/** A convolution, its weights in the memory of the kernels. */
interface PlacedConvolution {
  /** Channels, padded; the first has one. */
  readonly inputs: number;
  readonly outputs: number;
  readonly lookAhead: number;
  /** Bins of its input, and of its output. */
  readonly bins: number;
  readonly outputBins: number;
  /** Tiles of 4 bins; 0 for the first convolution, which has none. */
  readonly tiles: number;
  /** Floats of a frame of its input: bins with a border, and what the last tile reads beyond. */
  readonly line: number;
  readonly kernel: number;
  readonly bias: number;
}

interface PlacedStack {
  readonly convolutions: readonly PlacedConvolution[];
  readonly dense: {
    readonly inputs: number;
    readonly outputs: number;
    readonly kernel: number;
    readonly bias: number;
  };
  readonly outputSize: number;
  /** The address of the record that describes a layer to the kernels. */
  readonly record: number;
}

const LAYER_FIELDS = 12;

function placeWeights({ kernels, arena }: Instance, weights: ConvStackWeights): PlacedStack {
  const { bins, convolutions, dense, lookAhead = DEFAULT_LOOK_AHEAD } = weights;
  const sizes = binsOf(bins);
  const placed = convolutions.map((convolution, i): PlacedConvolution => {
    const [, , trueInputs, trueOutputs] = convolution.shape;
    const outputs = padded(trueOutputs);
    const bias = arena.store(lengthened(convolution.bias, outputs));
    const common = { outputs, bias, lookAhead: lookAhead[i], bins: sizes[i], outputBins: sizes[i + 1] };
    if (i === 0) {
      const kernel = arena.store(padKernel(convolution, 1, outputs));
      return { ...common, inputs: 1, tiles: 0, line: bins + 2, kernel };
    }
    const inputs = padded(trueInputs);
    const kernel = arena.reserve(4 * 18 * inputs * outputs);
    const [raw] = arena.scratch(4 * 9 * inputs * outputs);
    arena.floats(raw, 9 * inputs * outputs).set(padKernel(convolution, inputs, outputs));
    kernels.transformBins(raw, inputs, outputs, kernel);
    const tiles = Math.ceil(sizes[i + 1] / 2);
    return { ...common, inputs, tiles, line: inputs * (Math.max(sizes[i], 4 * tiles) + 2), kernel };
  });
  const channels = convolutions[2].shape[3];
  const outputs = padded(dense.bias.length);
  const inputs = sizes[3] * padded(channels);
  const kernel = arena.reserve(4 * inputs * outputs);
  const bias = arena.store(lengthened(dense.bias, outputs));
  const [raw] = arena.scratch(4 * inputs * outputs);
  const rows = arena.floats(raw, inputs * outputs).fill(0);
  for (let row = 0; row < dense.kernel.rows; row++) {
    const at = Math.floor(row / channels) * padded(channels) + (row % channels);
    const { columns, data } = dense.kernel;
    rows.set(data.subarray(row * columns, (row + 1) * columns), at * outputs);
  }
  kernels.packMatrix(raw, inputs, outputs, kernel);
  return {
    convolutions: placed,
    dense: { inputs, outputs, kernel, bias },
    outputSize: dense.bias.length,
    record: arena.reserve(4 * LAYER_FIELDS),
  };
}

function lengthened(vector: Float32Array, length: number): Float32Array {
  const result = new Float32Array(length);
  result.set(vector);
  return result;
}

const inFours = (count: number) => Math.ceil(count / 4) * 4;

class WasmStream implements ConvStackStream {
  /** The last two frames of the input of each convolution, borders and all: zeros where the recording begins. */
  private readonly history: readonly Float32Array[];
  /** Outputs of each convolution that lie before the recording, and are dropped. */
  private readonly early: number[];

  constructor(
    private readonly stack: PlacedStack,
    private readonly alive: () => Instance,
  ) {
    this.history = stack.convolutions.map(({ line }) => new Float32Array(2 * line));
    this.early = stack.convolutions.map(({ lookAhead }) => lookAhead);
  }

  write(frames: Float32Array): Float32Array<ArrayBuffer> {
    const { bins } = this.stack.convolutions[0];
    const parts: Float32Array<ArrayBuffer>[] = [];
    const step = FRAMES_AT_ONCE * bins;
    for (let from = 0; from < frames.length; from += step)
      parts.push(this.process(frames.subarray(from, from + step), false));
    return parts.length === 1 ? parts[0] : concatenateFloats(parts);
  }

  close(): Float32Array<ArrayBuffer> {
    return this.process(new Float32Array(0), true);
  }

  /** @param ending zeros follow, on each layer as many frames as its convolution looks ahead */
  private process(frames: Float32Array, ending: boolean): Float32Array<ArrayBuffer> {
    const { kernels, arena } = this.alive();
    const { convolutions, dense, outputSize, record } = this.stack;
    const [{ bins }] = convolutions;
    let count = frames.length / bins;
    // Each layer may have some more frames at the end, and computes them in fours.
    const most = inFours(count + 3) + 4;
    const xBytes = (line: number) => 4 * (2 + most) * line;
    const tileBytes = Math.max(
      ...convolutions.map(({ inputs, outputs }) => 24 * ((most + 2) * inputs + most * outputs)),
    );
    const planes = Math.max(tileBytes, STRIP_BYTES) + PADDING_BYTES;
    const [x0, x1, x2, x3, y, v, m] = arena.scratch(
      ...convolutions.map(({ line }) => xBytes(line)),
      xBytes(dense.inputs),
      4 * most * dense.outputs,
      planes,
      planes,
    );
    const inputs = [x0, x1, x2];
    const outputsAt = [x1, x2, x3];
    const first = arena.floats(x0, xBytes(convolutions[0].line) / 4).fill(0);
    for (let frame = 0; frame < count; frame++)
      first.set(frames.subarray(frame * bins, (frame + 1) * bins), (2 + frame) * (bins + 2) + 1);
    for (const [i, convolution] of convolutions.entries()) {
      const { line, lookAhead, tiles, outputs, outputBins } = convolution;
      const x = arena.floats(inputs[i], (2 + most) * line);
      x.set(this.history[i]);
      if (ending) {
        x.fill(0, (2 + count) * line, (2 + count + lookAhead) * line);
        count += lookAhead;
      }
      this.history[i].set(x.subarray(count * line, (count + 2) * line));
      const dropped = Math.min(this.early[i], count);
      this.early[i] -= dropped;
      // What is dropped comes to lie before the first new frame of the next layer, where its history is written afterwards.
      const next = convolutions.at(i + 1);
      const yLine = next ? next.line : dense.inputs;
      const y = outputsAt[i] + 4 * ((2 - dropped) * yLine + (next ? outputs : 0));
      if (next) arena.floats(outputsAt[i], (2 + most) * yLine).fill(0);
      arena
        .integers(record, LAYER_FIELDS)
        .set([
          inFours(count),
          convolution.inputs,
          outputs,
          inputs[i],
          4 * line,
          convolution.kernel,
          convolution.bias,
          y,
          4 * yLine,
          outputBins,
          v,
          m,
        ]);
      if (tiles === 0 && count > 0) kernels.firstConvolution(record, outputBins);
      const strip = Math.max(1, Math.floor(STRIP_BYTES / tileBytes));
      for (let tile = 0; tile < tiles && count > 0; tile += strip)
        kernels.pooledConvolution(record, tile, Math.min(strip, tiles - tile));
      count -= dropped;
    }
    if (count === 0) return new Float32Array(0);
    const x = x3 + 8 * dense.inputs;
    kernels.denseReLU(x, dense.kernel, dense.bias, inFours(count), dense.inputs, dense.outputs, y);
    const rows = arena.floats(y, count * dense.outputs);
    if (dense.outputs === outputSize) return rows.slice();
    const result = new Float32Array(count * outputSize);
    for (let row = 0; row < count; row++)
      result.set(rows.subarray(row * dense.outputs, row * dense.outputs + outputSize), row * outputSize);
    return result;
  }
}
