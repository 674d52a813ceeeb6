/**
 * The WaveNet decoder in the SIMD kernels: weights packed once, rings and activations laid out anew for the voices of each run. No
 * DOM, no Node: it runs in any worker.
 */
import { padded, place, spread, type PackedPrecision } from '../layers/packing.js';
import { placeMatrix, quantisedBytes, type PlacedMatrix } from '../layers/placed-matrix.js';
import type { Linear, Matrix } from '../matrix.js';
import { Carriers, stepsWithin } from './carrier.js';
import { beside, chained } from './fused-kernels.js';
import { instantiate, type KernelInstance } from './wasm-kernels.js';
import {
  SHARING,
  beginningOf,
  carrierSize,
  coresPiece,
  decoderMacs,
  dilation,
  headsOf,
  levelsOf,
  samplesOf,
  type DecoderWeights,
  type ImmediateDecoder,
} from './wavenet.js';

/** Samples of one call of the kernel at most. */
const CHUNK = 512;

const PRECISIONS: readonly PackedPrecision[] = ['float32', 'int16', 'int8'];

/** A matrix and the address of its bias. */
interface PlacedLinear {
  readonly matrix: PlacedMatrix<PackedPrecision>;
  readonly bias: number;
}

interface PlacedLayer {
  readonly dilated: PlacedMatrix<PackedPrecision>;
  readonly mixed: PlacedLinear;
  readonly conditioning: PlacedLinear;
  readonly dilation: number;
}

/**
 * Each decoder has a memory of its own, so several can share one module. Nothing of `weights` is kept.
 * @param precision of the matrices that each sample reads; what meets embeddings and levels, and all biases, stay float32
 * @throws WASM_UNAVAILABLE when there is not enough memory
 */
export async function createWasmDecoder(
  module: WebAssembly.Module,
  weights: DecoderWeights,
  precision: PackedPrecision = 'float32',
): Promise<ImmediateDecoder> {
  return new WasmDecoder(await instantiate(module), weights, precision);
}

class WasmDecoder implements ImmediateDecoder {
  readonly levels: number;
  readonly embeddingSize: number;
  readonly lockstep = SHARING;
  private readonly macs: number;
  private readonly taps: number;
  private readonly width: number;
  private readonly skip: number;
  private readonly start: PlacedLinear;
  private readonly layers: readonly PlacedLayer[];
  private readonly out: PlacedLinear;
  private readonly outConditioning: PlacedLinear;
  /** One for each sample of a step. */
  private readonly heads: readonly PlacedLinear[];
  private readonly perStep: number;
  private readonly carried: number;
  private carriers: Carriers;
  /** Samples that the voices have behind them. */
  private behind = 0;
  /** The addresses of the kernels: of the heads, and of the rows of earlier samples. */
  private readonly headRecords: number;
  private readonly earlier: number;
  private readonly values: number;
  /** The records of the kernels. */
  private readonly layerRecords: number;
  private readonly record: number;
  // Addresses, laid out by `begin`.
  private embeddingAt = 0;
  private carriersAt = 0;
  private classesAt = 0;
  private logProbabilitiesAt = 0;
  private logitsAt = 0;

  constructor(
    private readonly instance: KernelInstance,
    weights: DecoderWeights,
    private readonly precision: PackedPrecision,
  ) {
    const { taps, stages, skipStart, layers, out, outConditioning, samplesPerStep } = weights;
    const start = beginningOf(weights);
    this.taps = taps;
    this.macs = decoderMacs(weights);
    this.perStep = samplesPerStep;
    this.carried = carrierSize(weights);
    this.carriers = new Carriers(0, this.carried, samplesPerStep);
    this.levels = levelsOf(weights);
    this.embeddingSize = outConditioning.kernel.rows;
    const width = start.bias.length;
    const skip = skipStart.bias.length;
    this.width = padded(width);
    this.skip = padded(skip);
    const placed = (matrix: Matrix) => placeMatrix<PackedPrecision>(instance, matrix, precision);
    const linear = (
      { kernel, bias }: Linear,
      rows: readonly number[],
      columns: readonly number[],
      put: typeof placed,
    ): PlacedLinear => ({
      matrix: put(place(kernel, 0, { rows, columns })),
      bias: instance.arena.store(spread(bias, columns)),
    });
    const exact = (matrix: Matrix) => placeMatrix<PackedPrecision>(instance, matrix, 'float32');

    this.start = linear(beside(start, chained(start, skipStart)), [start.kernel.rows], [width, skip], exact);
    this.layers = layers.map(({ dilated, conditioning, residual, skip: skipped }, i) => ({
      dilated: placed(
        place(dilated.kernel, 0, { rows: Array<number>(taps).fill(width), columns: [width, width] }),
      ),
      // The biases of both are added to the same sums.
      conditioning: linear(
        { ...conditioning, bias: conditioning.bias.map((value, c) => value + dilated.bias[c]) },
        [this.embeddingSize],
        [width, width],
        exact,
      ),
      mixed: linear(beside(residual, skipped), [width], [width, skip], placed),
      dilation: dilation(i, stages),
    }));
    this.out = linear(out, [skip], [skip], placed);
    this.outConditioning = linear(
      { ...outConditioning, bias: outConditioning.bias.map((value, c) => value + out.bias[c]) },
      [this.embeddingSize],
      [skip],
      exact,
    );
    this.heads = headsOf(weights).map((head) => linear(head, [skip], [this.levels], placed));
    this.headRecords = instance.arena.record(
      ...this.heads.flatMap(({ matrix, bias }) => [matrix.record, bias]),
    );
    this.earlier = this.storeRows(weights.earlier);
    this.values = instance.arena.store(samplesOf(this.levels));
    this.layerRecords = instance.arena.reserve(4 * LAYER_FIELDS * layers.length);
    this.record = instance.arena.reserve(4 * DECODER_FIELDS);
  }

  /** A row of padded skip for each row. */
  private storeRows({ rows, columns, data }: Matrix): number {
    const padding = new Float32Array(rows * this.skip);
    for (let row = 0; row < rows; row++)
      padding.set(data.subarray(row * columns, (row + 1) * columns), row * this.skip);
    return this.instance.arena.store(padding);
  }

  get bytes(): number {
    return this.instance.arena.buffer.byteLength;
  }

  piece(voices: number): number {
    return coresPiece(this.macs, voices);
  }

  begin(randoms: readonly number[]): void {
    const { arena } = this.instance;
    const voices = randoms.length;
    const { taps, perStep, carried, width, skip, layers, levels } = this;
    this.carriers = new Carriers(voices, carried, perStep);
    this.behind = 0;
    const bytes = {
      embedding: 4 * padded(this.embeddingSize),
      history: 4 * padded(taps * perStep + carried),
      width: 4 * width,
      gates: 4 * layers[0].dilated.columns,
      mixed: 4 * layers[0].mixed.matrix.columns,
      skip: 4 * skip,
      out: 4 * this.out.matrix.columns,
      logits: 4 * this.heads[0].matrix.columns,
    };
    const slots = layers.map((layer) => (taps - 1) * layer.dilation);
    const scratch = Math.max(quantisedBytes(Math.max(taps * width, skip), voices), 4 * levels + 16);
    const perVoice = [
      bytes.embedding,
      bytes.history,
      taps * bytes.width,
      bytes.gates,
      bytes.width,
      bytes.mixed,
      bytes.skip,
      bytes.out,
      bytes.logits,
      bytes.out,
    ].map((size) => voices * size);
    const areas = [
      ...perVoice,
      scratch,
      voices * perStep,
      4 * voices,
      CHUNK * voices,
      8 * CHUNK * voices,
      4 * CHUNK * carried * voices,
      ...layers.map(() => voices * bytes.gates),
      ...slots.map((count) => count * voices * bytes.width),
    ];
    const addresses = arena.scratch(...areas);
    addresses.forEach((address, i) => new Uint8Array(arena.buffer, address, areas[i]).fill(0));
    const [embedding, history, taken, gates, gated, sums, hidden, hiddenOut, logits, outCondition] =
      addresses;
    const [quantised, drawn, random, classes, logProbabilities, carriers, ...rest] = addresses.slice(
      perVoice.length,
    );

    // In the order of the kernels' classes.
    layers.forEach((layer, i) => {
      const fields = {
        dilated: layer.dilated.record,
        mixed: layer.mixed.matrix.record,
        mixedBias: layer.mixed.bias,
        conditioning: layer.conditioning.matrix.record,
        conditioningBias: layer.conditioning.bias,
        condition: rest[i],
        ring: rest[layers.length + i],
        slots: slots[i],
        dilation: layer.dilation,
        slot: 0,
      };
      arena.integers(this.layerRecords + 4 * LAYER_FIELDS * i, LAYER_FIELDS).set(Object.values(fields));
    });
    const fields = {
      precision: PRECISIONS.indexOf(this.precision),
      capacity: voices,
      taps,
      levels,
      layers: layers.length,
      firstLayer: this.layerRecords,
      perStep,
      place: 0,
      embeddingBytes: bytes.embedding,
      historyBytes: bytes.history,
      widthBytes: bytes.width,
      gateBytes: bytes.gates,
      mixedBytes: bytes.mixed,
      skipBytes: bytes.skip,
      outBytes: bytes.out,
      logitBytes: bytes.logits,
      start: this.start.matrix.record,
      startBias: this.start.bias,
      out: this.out.matrix.record,
      outConditioning: this.outConditioning.matrix.record,
      outConditioningBias: this.outConditioning.bias,
      outCondition,
      heads: this.headRecords,
      earlier: this.earlier,
      embedding,
      history,
      taken,
      gates,
      gated,
      sums,
      hidden,
      hiddenOut,
      logits,
      scratch: quantised,
      drawn,
      randoms: random,
      classes,
      chunk: CHUNK,
      logProbabilities,
      carried,
      carriers,
      values: this.values,
    };
    arena.integers(this.record, DECODER_FIELDS).set(Object.values(fields));
    arena.integers(random, voices).set(randoms);
    this.embeddingAt = embedding;
    this.carriersAt = carriers;
    this.classesAt = classes;
    this.logProbabilitiesAt = logProbabilities;
    this.logitsAt = logits;
  }

  condition(embeddings: Float32Array, voices: number): void {
    const { kernels, arena } = this.instance;
    const size = this.embeddingSize;
    for (let voice = 0; voice < voices; voice++) {
      const address = this.embeddingAt + 4 * padded(size) * voice;
      const embedding = embeddings.subarray(voice * size, (voice + 1) * size);
      arena.floats(address, size).set(embedding);
      this.carriers.tune(voice, embedding);
    }
    kernels.condition(this.record, voices);
  }

  draw(voices: number, samples: number, temperature: number, spread = 1): Uint8Array<ArrayBuffer> {
    const result = new Uint8Array(voices * samples);
    this.inChunks(voices, samples, (from, count) => {
      this.instance.kernels.decode(this.record, voices, count, false, temperature, spread, false);
      for (let voice = 0; voice < voices; voice++)
        result.set(this.classes(voice, count), voice * samples + from);
    });
    return result;
  }

  score(voices: number, classes: Uint8Array): Float64Array<ArrayBuffer> {
    const { kernels, arena } = this.instance;
    const samples = classes.length / voices;
    const result = new Float64Array(classes.length);
    this.inChunks(voices, samples, (from, count) => {
      for (let voice = 0; voice < voices; voice++) {
        const at = voice * samples + from;
        this.classes(voice, count).set(classes.subarray(at, at + count));
      }
      kernels.decode(this.record, voices, count, true, 1, 1, true);
      for (let voice = 0; voice < voices; voice++) {
        const address = this.logProbabilitiesAt + 8 * CHUNK * voice;
        result.set(new Float64Array(arena.buffer, address, count), voice * samples + from);
      }
    });
    return result;
  }

  logits(voices: number): Float32Array<ArrayBuffer> {
    const result = new Float32Array(voices * this.levels);
    const stride = 4 * this.heads[0].matrix.columns;
    for (let voice = 0; voice < voices; voice++) {
      const row = this.instance.arena.floats(this.logitsAt + stride * voice, this.levels);
      result.set(row, voice * this.levels);
    }
    return result;
  }

  private inChunks(voices: number, samples: number, work: (from: number, count: number) => void): void {
    for (let from = 0; from < samples; from += CHUNK) {
      const count = Math.min(CHUNK, samples - from);
      this.carry(voices, count);
      work(from, count);
    }
  }

  private carry(voices: number, samples: number): void {
    const { carried, perStep, behind } = this;
    this.behind += samples;
    if (carried === 0) return;
    const steps = stepsWithin(behind, samples, perStep);
    for (let voice = 0; voice < voices; voice++) {
      const address = this.carriersAt + 4 * CHUNK * carried * voice;
      this.carriers.write(voice, steps, this.instance.arena.floats(address, steps * carried));
    }
  }

  /** A view of the classes of a voice. */
  private classes(voice: number, count: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.instance.arena.buffer, this.classesAt + CHUNK * voice, count);
  }
}

/** The layout is that of wasm/assembly/wavenet.ts. */
const LAYER_FIELDS = 10;
const DECODER_FIELDS = 42;
