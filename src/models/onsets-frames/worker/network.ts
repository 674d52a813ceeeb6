/** The network of a transcriber: stacks of convolutions, what reads their rows, and heads on what these make of them. */
import { KEYS } from '../../../music/activations.js';
import {
  DEFAULT_LOOK_AHEAD,
  macsPerFrame,
  type ConvStack,
  type ConvStackWeights,
  type ConvStacks,
} from '../../../ops/conv-stack/conv-stack.js';
import type { Dense, Layers, LSTMStack, StackWeights } from '../../../ops/layers/layers.js';
import type { ReaderWeights, TranscriberWeights } from './weights.js';

/** The stacks that read a sequence. */
export interface Reader {
  readonly forward: LSTMStack;
  readonly backward: LSTMStack | undefined;
}

/** A head that reads the rows of a stack in their order. */
export interface ReadingHead {
  readonly stack: ConvStack;
  readonly reader: Reader;
  readonly output: Dense;
}

export class TranscriberNetwork {
  /** No part reads backwards. */
  readonly isStreaming: boolean;
  /** Multiplications of a frame as the layers are defined. */
  readonly macsPerFrame: number;
  /** Each once, where heads share it too. */
  readonly stacks: readonly ConvStack[];
  /** Frames before and after its own that a row of a stack depends on. */
  readonly reach: { readonly before: number; readonly after: number };
  readonly onsets: ReadingHead;
  readonly offsets: ReadingHead | undefined;
  readonly velocities: { readonly stack: ConvStack; readonly output: Dense };
  readonly frames:
    | {
        readonly stack: ConvStack;
        readonly activation: Dense;
        readonly reader: Reader;
        readonly output: Dense;
      }
    | undefined;

  constructor(
    private readonly convolutions: ConvStacks,
    private readonly layers: Layers,
    weights: TranscriberWeights,
  ) {
    const { onsets, offsets, frames, velocities } = weights;
    const placed = new Map<ConvStackWeights, ConvStack>();
    const place = (stack: ConvStackWeights): ConvStack => {
      const known = placed.get(stack) ?? convolutions.stack(stack);
      placed.set(stack, known);
      return known;
    };
    const read = ({ forward, backward }: ReaderWeights): Reader => ({
      forward: layers.stack(forward),
      backward: backward && layers.stack(backward),
    });
    const sigmoid = { activation: 'sigmoid' } as const;
    const readingHead = ({ stack, reader, output }: TranscriberWeights['onsets']): ReadingHead => ({
      stack: place(stack),
      reader: read(reader),
      output: layers.dense(output, sigmoid),
    });
    this.onsets = readingHead(onsets);
    this.offsets = offsets && readingHead(offsets);
    this.velocities = { stack: place(velocities.stack), output: layers.dense(velocities.output) };
    this.frames = frames && {
      stack: place(frames.stack),
      activation: layers.dense(frames.output, sigmoid),
      reader: read(frames.reader),
      output: layers.dense(frames.frameOutput, sigmoid),
    };
    this.stacks = [...placed.values()];
    const readers = [onsets, offsets, frames].flatMap((head) => (head ? [head.reader] : []));
    this.isStreaming = readers.every(({ backward }) => backward === undefined);
    this.macsPerFrame = macsOf(weights, [...placed.keys()]);
    const ahead = onsets.stack.lookAhead ?? DEFAULT_LOOK_AHEAD;
    const after = ahead.reduce((sum, frames) => sum + frames, 0);
    this.reach = { before: 2 * ahead.length - after, after };
  }

  get backend(): 'wasm' | 'cpu' {
    return this.layers.backend;
  }

  get bytes(): number {
    return this.layers.bytes + this.convolutions.bytes;
  }

  dispose(): void {
    this.layers.dispose();
    this.convolutions.dispose();
  }
}

function macsOf(weights: TranscriberWeights, stacks: readonly ConvStackWeights[]): number {
  const { onsets, offsets, frames, velocities } = weights;
  const cells = ({ cells: [cell] }: StackWeights) => cell.kernel.data.length;
  const reader = ({ forward, backward }: ReaderWeights) => cells(forward) + (backward ? cells(backward) : 0);
  const outputs = [onsets.output, offsets?.output, velocities.output, frames?.output, frames?.frameOutput];
  const readers = [onsets.reader, offsets?.reader, frames?.reader];
  return (
    stacks.reduce((sum, stack) => sum + macsPerFrame(stack), 0) +
    outputs.reduce((sum, output) => sum + KEYS * (output?.kernel.rows ?? 0), 0) +
    readers.reduce((sum, each) => sum + (each ? reader(each) : 0), 0)
  );
}
