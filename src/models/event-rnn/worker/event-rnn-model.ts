/**
 * An event RNN as it runs inside a model worker: a checkpoint, its configuration, one network, and pieces that are written with
 * it, several at a time if need be. Specification: magenta/models/shared/events_rnn_model.py.
 */
import { openCheckpoint, type Checkpoint } from '../../../checkpoints/checkpoint.js';
import { TimbrelError, throwIfAborted } from '../../../errors/timbrel-error.js';
import type { Amount, WrittenEvents } from '../../continuation/piece.js';
import type {
  BeamOptions,
  ControlPlan,
  Controls,
  EventModelName,
  EventRNNDescription,
  EventScores,
  Injection,
} from '../protocol.js';
import type { MusicEvent } from '../../../music/events.js';
import type { SamplingOptions } from '../../sampling.js';
import type { WeightPrecision } from '../../load-options.js';
import type { CheckpointSource, LoadProgress } from '../../../checkpoints/checkpoint-source.js';
import { squashMelody, transposeMelody } from '../../../music/key.js';
import { cellSize, parameterCount, type RecurrentNetwork } from '../../../ops/lstm/network.js';
import { createRandom } from '../../../random/random.js';
import { yieldToMessages } from '../../yield.js';
import { EventDecoder, type DecoderState } from './decoder.js';
import { spreadOver, type ControlSource } from '../encodings/controls.js';
import {
  configurationOfBundle,
  fitCheckpoint,
  readAttentionLength,
  type FitOptions,
  type FittedCheckpoint,
} from './fit.js';
import { generate } from './generate.js';
import { injectSteps } from './injection.js';
import { createNetwork } from './networks.js';
import { recurrentNames } from './weights.js';

export interface EventRNNLoadOptions {
  readonly model: EventModelName;
  /** A name in CONFIGURATIONS; default: the first of the model that the tensors fit. */
  readonly configuration?: string;
  readonly backend?: 'wasm' | 'cpu';
  readonly precision?: WeightPrecision;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

export interface WriteOptions extends SamplingOptions, BeamOptions {
  readonly controls?: ControlPlan | ControlSource;
  /** PolyphonyRNN only. */
  readonly inject?: Injection;
  readonly signal?: AbortSignal;
  /** Events written that the asker knows; where they are those before the last write, it is taken back first. Default: all. */
  readonly known?: number;
  readonly onEvent?: (event: MusicEvent) => void;
  readonly onLogProbability?: (logProbability: number) => void;
}

/** A piece under way. */
export interface EventSession {
  /** All so far, the primer first. */
  readonly events: readonly MusicEvent[];
  /**
   * Writes on: events of one seed are the same however they are divided up. A write that fails, or is given up, leaves the piece as it
   * was.
   * @throws OPTION_INVALID, EVENT_INVALID, CONTROL_INVALID, GENERATION_STALLED, ABORTED, DISPOSED
   */
  write(amount: Amount, options?: WriteOptions): Promise<WrittenEvents>;
}

/** Events that are scored before messages are let in. */
const EVENTS_AT_A_TIME = 64;

/** One computation at a time: whoever asks waits for one before the next, as the worker's server does. */
export class EventRNNModel {
  /** The session whose state the network has, and the states of the others. */
  private active: EventDecoder<MusicEvent> | undefined;
  private readonly parked = new WeakMap<EventDecoder<MusicEvent>, DecoderState<MusicEvent>>();

  private constructor(
    private readonly network: RecurrentNetwork,
    private readonly fitted: FittedCheckpoint,
    private readonly facts: Pick<EventRNNDescription, 'backend' | 'precision'>,
  ) {}

  /** @throws CHECKPOINT_*, CONFIGURATION_UNKNOWN, ABORTED, WASM_UNAVAILABLE */
  static async load(source: CheckpointSource, options: EventRNNLoadOptions): Promise<EventRNNModel> {
    const { signal, onProgress } = options;
    const opened = await openCheckpoint(source, { signal, onProgress });
    // Before the weights are fetched: a bundle of another model is refused at once.
    const configuration = options.configuration ?? configurationOfBundle(options.model, opened.generator);
    const names = recurrentNames([...opened.entries.keys()]);
    const tensors = await opened.readTensors(names, { signal, onProgress });
    const attentionLength = await readAttentionLength(opened);
    throwIfAborted(signal, `Loading ${options.model}`);
    return EventRNNModel.of({ tensors }, { ...options, configuration, attentionLength });
  }

  /** From tensors that were read already. @throws CHECKPOINT_*, CONFIGURATION_UNKNOWN, WASM_UNAVAILABLE */
  static async of(
    checkpoint: Pick<Checkpoint, 'tensors'>,
    options: EventRNNLoadOptions & Pick<FitOptions, 'attentionLength'>,
  ): Promise<EventRNNModel> {
    const { model, configuration: id, attentionLength, backend = 'wasm', precision = 'int16' } = options;
    const fitted = fitCheckpoint(checkpoint, model, { id, attentionLength });
    const network = await createNetwork(backend, fitted.weights, precision);
    // The reference takes the weights as they are.
    return new EventRNNModel(network, fitted, {
      backend,
      precision: backend === 'cpu' ? 'float32' : precision,
    });
  }

  describe(): EventRNNDescription {
    const { id, configuration, weights } = this.fitted;
    return {
      model: configuration.model,
      configuration: id,
      ...this.facts,
      layers: weights.cells.map(cellSize),
      attentionLength: weights.attention?.length ?? 0,
      controls: configuration.controls?.reads ?? [],
      parameterCount: parameterCount(weights),
      bytes: this.network.bytes,
    };
  }

  /**
   * Begins a piece.
   * @param primer nothing: what the configuration begins with, a step of silence or its like
   * @param squash melodies of any range: brought into that of the configuration, to its key where it has one, and all events back
   * @throws EVENT_INVALID
   */
  async open(
    primer: readonly MusicEvent[],
    seed: number | string,
    { squash = false }: { squash?: boolean } = {},
  ): Promise<EventSession> {
    const given = primer.length > 0 ? primer : this.fitted.configuration.emptyPrimer;
    const { inside, outside } = squash ? this.fitRange(given) : { inside: given, outside: unchanged };
    const random = createRandom(seed);
    const decoder = this.begin(inside);
    const start = decoder.events.length;
    /** Before the last write. */
    let before: { readonly state: DecoderState<MusicEvent>; readonly random: number } | undefined;
    const takeBack = () => {
      if (!before) return;
      decoder.restoreState(before.state);
      random.state = before.random;
    };
    return {
      get events() {
        return decoder.events.map(outside);
      },
      write: async (amount, options = {}) => {
        const { onEvent, known } = options;
        this.activate(decoder);
        if (known !== undefined && start + known === before?.state.events.length) takeBack();
        before = { state: decoder.saveState(), random: random.state };
        try {
          const written = await this.write(decoder, amount, random, {
            ...options,
            onEvent: onEvent && ((event) => onEvent(outside(event))),
          });
          return { ...written, events: written.events.map(outside) };
        } catch (error) {
          takeBack();
          throw error;
        }
      },
    };
  }

  /**
   * Computes how likely events are, each after those before it.
   * @returns [events] nats; of the first 0, models do not say how a piece begins
   * @throws EVENT_INVALID, CONTROL_INVALID, ABORTED
   */
  async logProbabilities(
    events: readonly MusicEvent[],
    options: Pick<WriteOptions, 'controls' | 'signal'> = {},
  ): Promise<Float64Array> {
    return (await this.score(events, options)).logProbabilities;
  }

  /**
   * Computes how likely events are, and which of them the model would have guessed.
   * @throws EVENT_INVALID, CONTROL_INVALID, ABORTED
   */
  async score(
    events: readonly MusicEvent[],
    { controls, signal }: Pick<WriteOptions, 'controls' | 'signal'> = {},
  ): Promise<EventScores> {
    this.checkEvents(events);
    const decoder = this.begin([]);
    decoder.controlsAt = controlSource(controls);
    const logProbabilities = new Float64Array(events.length);
    const hits = new Uint8Array(events.length);
    for (const [i, event] of events.entries()) {
      const { logProbability, hit } = decoder.score(event);
      logProbabilities[i] = logProbability;
      hits[i] = Number(hit);
      if (i % EVENTS_AT_A_TIME !== EVENTS_AT_A_TIME - 1) continue;
      await yieldToMessages();
      throwIfAborted(signal, 'Scoring');
    }
    return { logProbabilities, hits };
  }

  dispose(): void {
    this.network.dispose();
  }

  /** The primer as the network takes it, and the way back for what it writes. */
  private fitRange(primer: readonly MusicEvent[]) {
    const { pitches, transposeToKey } = this.fitted.configuration;
    const melody = primer.filter((event) => typeof event === 'number');
    if (!pitches || melody.length !== primer.length) return { inside: primer, outside: unchanged };
    const [low, high] = pitches;
    const { events, semitones } = squashMelody(melody, low, high + 1, transposeToKey);
    return {
      inside: events,
      outside: (event: MusicEvent) =>
        typeof event === 'number' ? transposeMelody([event], -semitones)[0] : event,
    };
  }

  private async write(
    decoder: EventDecoder<MusicEvent>,
    amount: Amount,
    random: () => number,
    options: WriteOptions,
  ): Promise<WrittenEvents> {
    decoder.controlsAt = controlSource(options.controls);
    const before = decoder.events.length;
    const { inject: injection, ...rest } = options;
    const inject = injection && injectSteps(injection.melody, injection.startStep);
    const written = await generate(decoder, this.fitted.configuration, amount, random, { ...rest, inject });
    return {
      events: decoder.events.slice(before),
      logProbabilities: written.map(({ logProbability }) => logProbability),
    };
  }

  private begin(events: readonly MusicEvent[]): EventDecoder<MusicEvent> {
    this.checkEvents(events);
    this.park();
    const { configuration } = this.fitted;
    const decoder = new EventDecoder(this.network, configuration, undefined, configuration.filter?.());
    this.active = decoder;
    decoder.append(events);
    return decoder;
  }

  /** All at once: an error in the middle of a piece would come late. */
  private checkEvents(events: readonly MusicEvent[]): void {
    const { encoding } = this.fitted.configuration;
    for (let position = 0; position < events.length; position++) encoding.labels(events, position);
  }

  private park(): void {
    if (this.active) this.parked.set(this.active, this.active.saveState());
    this.active = undefined;
  }

  private activate(decoder: EventDecoder<MusicEvent>): void {
    if (this.active === decoder) return;
    this.park();
    const state = this.parked.get(decoder);
    if (!state) throw new TimbrelError('INTERNAL', 'A piece whose state was not kept');
    decoder.restoreState(state);
    this.active = decoder;
  }
}

const NO_CONTROLS: Controls = {};

const unchanged = (event: MusicEvent) => event;

function controlSource(controls: ControlPlan | ControlSource = () => NO_CONTROLS): ControlSource {
  if (typeof controls === 'function') return controls;
  const at = spreadOver(controls.values, controls.total);
  return (position) => at(position) ?? NO_CONTROLS;
}
