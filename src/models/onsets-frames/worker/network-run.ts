/** A recording on its way through a network: spectrogram in, activations out, as soon as no later frame can change them. */
import { KEYS, type Activations } from '../../../music/activations.js';
import type { ConvStack } from '../../../ops/conv-stack/conv-stack.js';
import type { LSTMStack } from '../../../ops/layers/layers.js';
import type { Reader, TranscriberNetwork } from './network.js';

type Rows = Float32Array<ArrayBuffer>;

/** A velocity is scale * clip(v, 0, 1) + bias, cut to a whole number. */
export interface VelocityScale {
  readonly velocityScale: number;
  readonly velocityBias: number;
}

/** Frames that go through the network between two pauses. */
export const FRAMES_AT_ONCE = 64;

/** Some frames after the convolutions. */
interface Block {
  readonly count: number;
  readonly rows: ReadonlyMap<ConvStack, Rows>;
}

/** Activations without their times. */
export type Block88 = Omit<Activations, 'secondsPerFrame'>;

export class NetworkRun {
  private readonly streams;
  /** Of stacks that read forwards, after what was read. */
  private readonly states = new Map<LSTMStack, Float32Array>();
  /** All blocks so far, of a network that reads backwards too. */
  private readonly kept: Block[] = [];

  constructor(
    private readonly network: TranscriberNetwork,
    private readonly scale: VelocityScale,
  ) {
    this.streams = network.stacks.map((stack) => ({ stack, stream: stack.begin() }));
  }

  /** @param frames [count, bins], {@link FRAMES_AT_ONCE} at most */
  write(frames: Float32Array): Block88 {
    return this.settle(this.blockOf((stream) => stream.write(frames)));
  }

  /**
   * @param pause is awaited now and then, with the share that is done
   * @returns the rest, in parts
   */
  async close(pause: (done: number) => Promise<void>): Promise<Block88[]> {
    const rest = this.settle(this.blockOf((stream) => stream.close()));
    if (this.network.isStreaming) return [rest];
    const { onsets, offsets, frames } = this.network;
    let done = 0;
    const reads = [onsets, offsets, frames].filter((head) => head !== undefined).length;
    const step = () => pause(++done / (2 * reads * Math.max(1, this.kept.length)));
    const rowsOf = (stack: ConvStack) => this.kept.map(({ rows }) => rows.get(stack) ?? new Float32Array(0));
    const onsetRows = (await readBothWays(onsets.reader, rowsOf(onsets.stack), step)).map((rows) =>
      onsets.output(rows),
    );
    const offsetRows =
      offsets &&
      (await readBothWays(offsets.reader, rowsOf(offsets.stack), step)).map((rows) => offsets.output(rows));
    const activations = frames && rowsOf(frames.stack).map((rows) => frames.activation(rows));
    const beside = activations?.map((rows, i) => joinColumns([onsetRows[i], rows, offsetRows?.[i]]));
    const frameRows =
      frames &&
      beside &&
      (await readBothWays(frames.reader, beside, step)).map((rows) => frames.output(rows));
    return this.kept.map((block, i) => ({
      frameCount: block.count,
      onsets: onsetRows[i],
      offsets: offsetRows?.[i],
      frames: frameRows?.[i],
      velocities: this.velocitiesOf(block),
    }));
  }

  private blockOf(rowsOf: (stream: { write(x: Float32Array): Rows; close(): Rows }) => Rows): Block {
    const rows = new Map(this.streams.map(({ stack, stream }) => [stack, rowsOf(stream)]));
    const { stack } = this.network.onsets;
    return { count: (rows.get(stack)?.length ?? 0) / stack.outputSize, rows };
  }

  /** Reads a block where reading forwards is all; else keeps it. */
  private settle(block: Block): Block88 {
    const { onsets, offsets, frames, isStreaming } = this.network;
    if (!isStreaming || block.count === 0) {
      if (block.count > 0) this.kept.push(block);
      const none = new Float32Array(0);
      return {
        frameCount: 0,
        onsets: none,
        frames: frames && none,
        offsets: offsets && none,
        velocities: none,
      };
    }
    const rowsOf = (stack: ConvStack) => block.rows.get(stack) ?? new Float32Array(0);
    const onsetRows = onsets.output(this.readOn(onsets.reader.forward, rowsOf(onsets.stack)));
    const offsetRows = offsets?.output(this.readOn(offsets.reader.forward, rowsOf(offsets.stack)));
    const beside = frames && joinColumns([onsetRows, frames.activation(rowsOf(frames.stack)), offsetRows]);
    return {
      frameCount: block.count,
      onsets: onsetRows,
      offsets: offsetRows,
      frames: frames && beside && frames.output(this.readOn(frames.reader.forward, beside)),
      velocities: this.velocitiesOf(block),
    };
  }

  private readOn(stack: LSTMStack, rows: Rows): Rows {
    const { outputs, state } = stack.run([rows], { state: this.states.get(stack) });
    this.states.set(stack, state);
    return outputs[0];
  }

  /** MIDI velocities; what is no number is silent. */
  private velocitiesOf({ rows }: Block): Rows {
    const { velocityScale, velocityBias } = this.scale;
    const { stack, output } = this.network.velocities;
    return output(rows.get(stack) ?? new Float32Array(0)).map((value) =>
      Number.isNaN(value) ? 0 : Math.trunc(velocityScale * Math.min(1, Math.max(0, value)) + velocityBias),
    );
  }
}

/** @returns for each block [count, forward | backward] */
async function readBothWays(
  { forward, backward }: Reader,
  blocks: readonly Rows[],
  step: () => Promise<void>,
): Promise<Rows[]> {
  const read = async (stack: LSTMStack, backwards: boolean) => {
    const outputs: Rows[] = [];
    let state: Float32Array | undefined;
    for (const block of backwards ? [...blocks].reverse() : blocks) {
      const run = stack.run([block], { state, backwards });
      state = run.state;
      outputs.push(run.outputs[0]);
      await step();
    }
    return backwards ? outputs.reverse() : outputs;
  };
  const ahead = await read(forward, false);
  if (!backward) return ahead;
  const back = await read(backward, true);
  const sizes = [forward.outputSize, backward.outputSize];
  return ahead.map((rows, i) => joinColumns([rows, back[i]], sizes));
}

/** Matrices of as many rows each, side by side. @param sizes their columns */
function joinColumns(matrices: readonly (Rows | undefined)[], sizes?: readonly number[]): Rows {
  const present = matrices.filter((matrix) => matrix !== undefined);
  const columns = present.map((_, i) => sizes?.[i] ?? KEYS);
  const width = columns.reduce((sum, size) => sum + size, 0);
  const rows = present[0].length / columns[0];
  const result = new Float32Array(rows * width);
  let column = 0;
  present.forEach((matrix, i) => {
    for (let row = 0; row < rows; row++)
      result.set(matrix.subarray(row * columns[i], (row + 1) * columns[i]), row * width + column);
    column += columns[i];
  });
  return result;
}
