/** A recording on its way through a network: spectrogram in, activations out, as soon as no later frame can change them. */
import { KEYS, type Activations } from '../../../music/activations.js';
import type { ConvStack } from '../../../ops/conv-stack/conv-stack.js';
import type { Dense, LSTMStack } from '../../../ops/layers/layers.js';
import type { StackRows } from '../protocol.js';
import type { Reader, TranscriberNetwork } from './network.js';

type Rows = Float32Array<ArrayBuffer>;

/** A velocity is scale * clip(v, 0, 1) + bias, cut to a whole number. */
export interface VelocityScale {
  readonly velocityScale: number;
  readonly velocityBias: number;
}

/** Activations without their times. */
export type SettledFrames = Omit<Activations, 'secondsPerFrame'>;

/** Some frames after the convolutions and the heads that look at each row alone: what is left reads rows in their order. */
interface Block {
  readonly count: number;
  readonly onsets: Rows;
  readonly offsets: Rows | undefined;
  readonly activations: Rows | undefined;
  readonly velocities: Rows;
}

export class NetworkRun {
  /** The states of stacks that read forwards, after what was read. */
  private readonly states = new Map<LSTMStack, Float32Array>();
  /** All blocks so far, of a network that reads backwards too. */
  private readonly kept: Block[] = [];

  constructor(
    private readonly network: TranscriberNetwork,
    private readonly scale: VelocityScale,
  ) {}

  /** @param rows of the next frames, from each stack of the network */
  take(rows: StackRows): SettledFrames {
    return this.settle(this.blockOf(rows));
  }

  /**
   * @param pause is awaited now and then, with the share that is done
   * @returns the rest, in parts
   */
  async close(pause: (done: number) => Promise<void>): Promise<SettledFrames[]> {
    if (this.network.isStreaming) return [];
    const { kept } = this;
    const { onsets, offsets, frames } = this.network;
    let done = 0;
    const readings = [onsets, offsets, frames].filter((head) => head !== undefined).length;
    const step = () => pause(++done / (2 * readings * Math.max(1, kept.length)));
    const onsetRows = await readBothWays(
      onsets,
      kept.map((block) => block.onsets),
      step,
    );
    const offsetRows =
      offsets &&
      (await readBothWays(
        offsets,
        kept.map((block) => block.offsets ?? NOTHING),
        step,
      ));
    const beside = kept.map(({ activations }, i) =>
      joinColumns([onsetRows[i], activations, offsetRows?.[i]]),
    );
    const frameRows = frames && (await readBothWays(frames, beside, step));
    return kept.map(({ count, velocities }, i) => ({
      frameCount: count,
      onsets: onsetRows[i],
      offsets: offsetRows?.[i],
      frames: frameRows?.[i],
      velocities,
    }));
  }

  private blockOf(rows: StackRows): Block {
    const { stacks, onsets, offsets, frames, velocities } = this.network;
    const of = ({ stack }: { readonly stack: ConvStack }) => rows[stacks.indexOf(stack)];
    return {
      count: of(onsets).length / onsets.stack.outputSize,
      onsets: of(onsets),
      offsets: offsets && of(offsets),
      activations: frames?.activation(of(frames)),
      velocities: this.velocitiesOf(velocities.output(of(velocities))),
    };
  }

  /** Reads a block where reading forwards is all; else keeps it. */
  private settle(block: Block): SettledFrames {
    const { onsets, offsets, frames, isStreaming } = this.network;
    const { count, activations, velocities } = block;
    if (!isStreaming || count === 0) {
      if (count > 0) this.kept.push(block);
      const none = { onsets: NOTHING, velocities: NOTHING };
      return { ...none, frameCount: 0, frames: frames && NOTHING, offsets: offsets && NOTHING };
    }
    const onsetRows = this.readOn(onsets, block.onsets);
    const offsetRows = offsets && block.offsets && this.readOn(offsets, block.offsets);
    const frameRows = frames && this.readOn(frames, joinColumns([onsetRows, activations, offsetRows]));
    return { frameCount: count, onsets: onsetRows, offsets: offsetRows, frames: frameRows, velocities };
  }

  private readOn({ reader: { forward }, output }: Reading, rows: Rows): Rows {
    const { outputs, state } = forward.run([rows], { state: this.states.get(forward) });
    this.states.set(forward, state);
    return output(outputs[0]);
  }

  /** MIDI velocities; what is no number is silent. */
  private velocitiesOf(values: Rows): Rows {
    const { velocityScale, velocityBias } = this.scale;
    return values.map((value) =>
      Number.isNaN(value) ? 0 : Math.trunc(velocityScale * Math.min(1, Math.max(0, value)) + velocityBias),
    );
  }
}

const NOTHING = new Float32Array(0);

/** The layer that reads rows in their order, and the head on what it made of them. */
interface Reading {
  readonly reader: Reader;
  readonly output: Dense;
}

/** @returns for each block the head on [count, forward | backward] */
async function readBothWays(
  { reader: { forward, backward }, output }: Reading,
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
  if (!backward) return ahead.map((rows) => output(rows));
  const back = await read(backward, true);
  const sizes = [forward.outputSize, backward.outputSize];
  return ahead.map((rows, i) => output(joinColumns([rows, back[i]], sizes)));
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
