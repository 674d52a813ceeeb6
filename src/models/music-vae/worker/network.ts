/**
 * A MusicVAE as a network: pieces to points of its latent space and back, several at a time in lockstep. Specification:
 * magenta/models/music_vae/lstm_models.py; the layers come from a backend (layers.ts).
 */
import { throwIfAborted } from '../../../errors/timbrel-error.js';
import { cellSize, type Dense, type Layers, type LSTMStack } from '../../../ops/layers/layers.js';
import type { Linear } from '../../../ops/matrix.js';
import { yieldToMessages } from '../../yield.js';
import type { EncoderInput } from '../converters/converter.js';
import { eventToInput } from './heads.js';
import { coreColumns, type BidirectionalLayer, type CoreWeights, type VAEWeights } from './weights.js';

/** The distribution of a piece in latent space: a normal one of independent values. */
export interface Posterior {
  readonly mean: Float32Array;
  /** Standard deviations; empty where the checkpoint has none. */
  readonly deviation: Float32Array;
}

/** Chooses the event of a row at a step from the output of a core decoder: fills in `event`. */
export type ChooseEvent = (
  place: { readonly core: number; readonly row: number; readonly step: number },
  output: Float32Array,
  event: Float32Array,
) => void;

export interface RunOptions {
  /** [rows of a piece, controls] */
  readonly controls?: Float32Array;
  readonly signal?: AbortSignal;
}

interface Core {
  readonly weights: CoreWeights;
  readonly initialState: Dense;
  readonly stack: LSTMStack;
  /** The first column that it writes, of those of all decoders together. */
  readonly from: number;
  readonly width: number;
  /** Inputs that are the last event. */
  readonly eventSize: number;
}

type Bidirectional = readonly { readonly forward: LSTMStack; readonly backward: LSTMStack }[];

/** Steps between two looks at what messages have come. */
const STEPS_AT_A_TIME = 16;

export class VAENetwork {
  readonly latentSize: number;
  private readonly encoder: readonly Bidirectional[];
  private readonly mean: Dense;
  private readonly deviation: Dense | undefined;
  private readonly conductor: { readonly initialState: Dense; readonly stack: LSTMStack } | undefined;
  private readonly cores: readonly Core[];
  private readonly controls: Bidirectional | undefined;
  private stepsSinceYield = 0;

  /**
   * @param rows of a piece
   * @param segments 1 where the decoder is flat
   */
  constructor(
    private readonly layers: Layers,
    weights: VAEWeights,
    private readonly rows: number,
    private readonly segments: number,
  ) {
    const { conductor, controls, cores, mu, sigma } = weights;
    this.latentSize = mu.bias.length;
    const bidirectional = (level: readonly BidirectionalLayer[]) =>
      level.map(({ forward, backward }) => ({
        forward: layers.stack({ cells: [forward] }),
        backward: layers.stack({ cells: [backward] }),
      }));
    this.encoder = weights.encoder.map(bidirectional);
    this.mean = layers.dense(mu);
    this.deviation = sigma && layers.dense(sigma, { activation: 'softplus' });
    this.conductor = conductor && {
      initialState: layers.dense(conductor.initialState, { activation: 'tanh' }),
      stack: layers.stack({ cells: conductor.cells }),
    };
    this.controls = controls && bidirectional([controls]);
    const columns = coreColumns(cores);
    this.cores = cores.map((core, i) => this.createCore(core, columns[i]));
  }

  get backend(): 'wasm' | 'cpu' {
    return this.layers.backend;
  }

  get bytes(): number {
    return this.layers.bytes;
  }

  private createCore(weights: CoreWeights, columns: { readonly from: number; readonly width: number }): Core {
    const eventSize = weights.heads.reduce((sum, { size }) => sum + size, 0);
    const { cells, output, initialState } = weights;
    const constant = { from: eventSize, size: initialState.kernel.rows };
    return {
      weights,
      initialState: this.layers.dense(initialState, { activation: 'tanh' }),
      stack: this.layers.stack({ cells, output, constant }),
      ...columns,
      eventSize,
    };
  }

  /** Each piece by itself; that others are encoded with it changes nothing. @throws ABORTED */
  async encode(pieces: readonly EncoderInput[], options: RunOptions = {}): Promise<Posterior[]> {
    const { controls } = options;
    const whole = pieces.map(({ input }) => (controls ? beside(input, controls, this.rows) : input));
    const [bottom, top] = this.encoder;
    let encoded: Float32Array;
    if (top) {
      const segments = pieces.flatMap(({ lengths }, i) =>
        cutSegments(whole[i], this.rows, this.segments, lengths),
      );
      const each = await this.readBothWays(bottom, segments, options);
      const width = each.length / segments.length;
      const perPiece = pieces.map((_, i) => ({
        data: each.subarray(i * this.segments * width, (i + 1) * this.segments * width),
        rows: this.segments,
      }));
      encoded = await this.readBothWays(top, perPiece, options);
    } else {
      encoded = await this.readBothWays(
        bottom,
        whole.map((data) => ({ data, rows: this.rows })),
        options,
      );
    }
    const means = this.mean(encoded, pieces.length);
    const deviations = this.deviation?.(encoded, pieces.length);
    const size = this.latentSize;
    return pieces.map((_, i) => ({
      mean: means.slice(i * size, (i + 1) * size),
      deviation: deviations?.slice(i * size, (i + 1) * size) ?? new Float32Array(0),
    }));
  }

  /**
   * Writes a piece for each point, the events of all of them in lockstep.
   * @param latents [latentSize] each
   * @param choose the events: by drawing, or by dictating those that are given
   * @returns [rows, width of all heads] for each
   * @throws ABORTED
   */
  async decode(
    latents: readonly Float32Array[],
    choose: ChooseEvent,
    options: RunOptions = {},
  ): Promise<Float32Array[]> {
    const batch = latents.length;
    const width = this.cores.reduce((sum, core) => sum + core.width, 0);
    const events = latents.map(() => new Float32Array(this.rows * width));
    const controls = await this.readControls(options);
    const z = joinRows(latents);
    if (!this.conductor) {
      for (const [core] of this.cores.entries())
        await this.writeSegment(core, z, events, 0, this.rows, choose, controls, options);
      return events;
    }
    const { stack, initialState } = this.conductor;
    const zeros = new Float32Array(batch);
    const rows = this.rows / this.segments;
    stack.begin(batch, { state: initialState(z, batch) });
    for (let segment = 0; segment < this.segments; segment++) {
      stack.step(zeros, batch);
      const embeddings = stack.output();
      for (const [core] of this.cores.entries())
        await this.writeSegment(core, embeddings, events, segment * rows, rows, choose, controls, options);
    }
    return events;
  }

  /**
   * One core decoder over one segment: it begins anew from the embedding, and goes on from the last event of the segment before.
   * @param from the first row, of `rows`
   */
  private async writeSegment(
    index: number,
    embeddings: Float32Array,
    events: readonly Float32Array[],
    from: number,
    rows: number,
    choose: ChooseEvent,
    controls: Float32Array | undefined,
    { signal }: RunOptions,
  ): Promise<void> {
    const { weights, initialState, stack, from: column, width, eventSize } = this.cores[index];
    const batch = events.length;
    const state = initialState(embeddings, batch);
    stack.begin(batch, { state, constant: embeddings });
    const { inputSize, outputSize } = stack;
    const depth = inputSize - eventSize;
    const eventAt = (row: number, step: number) => {
      const start = step * (events[row].length / this.rows) + column;
      return events[row].subarray(start, start + width);
    };
    for (let step = from; step < from + rows; step++) {
      const input = new Float32Array(batch * inputSize);
      for (let row = 0; row < batch; row++) {
        const part = input.subarray(row * inputSize, (row + 1) * inputSize);
        if (step > 0) eventToInput(weights.heads, eventAt(row, step - 1), part);
        if (controls) part.set(controls.subarray(step * depth, (step + 1) * depth), eventSize);
      }
      stack.step(input, batch);
      const output = stack.output();
      for (let row = 0; row < batch; row++) {
        const logits = output.subarray(row * outputSize, (row + 1) * outputSize);
        choose({ core: index, row, step }, logits, eventAt(row, step));
      }
      await this.pause(signal);
    }
  }

  /** Decoders read the controls themselves, or what an LSTM made of them. */
  private async readControls(options: RunOptions): Promise<Float32Array | undefined> {
    const { controls } = options;
    if (!controls || !this.controls) return controls;
    return (await this.runLayer(this.controls[0], [{ data: controls, rows: this.rows }], options)).outputs[0]
      .data;
  }

  /** @returns [sequences, 2 * size]: the last output forwards and the last one backwards, which is at the first row */
  private async readBothWays(
    layers: Bidirectional,
    sequences: readonly Rows[],
    options: RunOptions,
  ): Promise<Float32Array> {
    let below = sequences;
    let last = new Float32Array(0);
    for (const [i, layer] of layers.entries()) {
      const run = await this.runLayer(layer, below, options, i < layers.length - 1);
      below = run.outputs;
      last = run.last;
    }
    return last;
  }

  private async runLayer(
    { forward, backward }: Bidirectional[number],
    sequences: readonly Rows[],
    { signal }: RunOptions,
    keepsOutputs = true,
  ): Promise<{ readonly last: Float32Array<ArrayBuffer>; readonly outputs: Rows[] }> {
    const width = forward.outputSize + backward.outputSize;
    const last = new Float32Array(sequences.length * width);
    const outputs = sequences.map(({ rows }) => ({
      data: new Float32Array(keepsOutputs ? rows * width : 0),
      rows,
    }));
    for (const stack of [forward, backward]) {
      const read = stack.run(
        sequences.map(({ data }) => data),
        { backwards: stack === backward },
      );
      const column = stack === forward ? 0 : forward.outputSize;
      sequences.forEach((_, i) => setColumns(last, i, width, column, read.last, i, stack.outputSize));
      outputs.forEach(({ data, rows }, i) => {
        for (let row = 0; keepsOutputs && row < rows; row++)
          setColumns(data, row, width, column, read.outputs[i], row, stack.outputSize);
      });
      await this.pause(signal, STEPS_AT_A_TIME);
    }
    return { last, outputs };
  }

  /** Lets messages in now and then: one of them may be that nobody wants this any more. @throws ABORTED */
  private async pause(signal: AbortSignal | undefined, steps = 1): Promise<void> {
    this.stepsSinceYield += steps;
    if (this.stepsSinceYield < STEPS_AT_A_TIME) return;
    this.stepsSinceYield = 0;
    await yieldToMessages();
    throwIfAborted(signal, 'MusicVAE');
  }

  dispose(): void {
    this.layers.dispose();
  }
}

/** A sequence of `rows` equally long vectors. */
interface Rows {
  readonly data: Float32Array;
  readonly rows: number;
}

/** Copies one row of a matrix of `size` columns to some columns of a row of another, of `width` columns. */
function setColumns(
  to: Float32Array,
  row: number,
  width: number,
  column: number,
  from: Float32Array,
  source: number,
  size: number,
): void {
  to.set(from.subarray(source * size, (source + 1) * size), row * width + column);
}

function joinRows(rows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(rows.length * (rows[0]?.length ?? 0));
  rows.forEach((row, i) => all.set(row, i * row.length));
  return all;
}

function beside(input: Float32Array, controls: Float32Array, rows: number): Float32Array {
  const [left, right] = [input.length / rows, controls.length / rows];
  const all = new Float32Array(rows * (left + right));
  for (let row = 0; row < rows; row++) {
    all.set(input.subarray(row * left, (row + 1) * left), row * (left + right));
    all.set(controls.subarray(row * right, (row + 1) * right), row * (left + right) + left);
  }
  return all;
}

/** @param lengths rows of each segment that are read; default all */
function cutSegments(
  whole: Float32Array,
  rows: number,
  segments: number,
  lengths: readonly number[] | undefined,
): Rows[] {
  const depth = whole.length / rows;
  const each = rows / segments;
  return Array.from({ length: segments }, (_, i) => {
    const length = lengths?.[i] ?? each;
    const from = i * each * depth;
    return { data: whole.subarray(from, from + length * depth), rows: length };
  });
}

/** Sizes of all cells, from the bottom up. */
export const sizesOf = (cells: readonly Linear[]) => cells.map(cellSize);
