/**
 * An event RNN behind its worker: what the public classes (MelodyRNN and its like) are made of. Events in, events out; note
 * sequences are theirs.
 */
import type { Source } from '../../checkpoints/resolve-source.js';
import type { ShippedFiles } from '../../checkpoints/shipped/shipped-files.js';
import type { MusicEvent } from '../../music/events.js';
import { checkSeed } from '../../random/random.js';
import { checkCallbacks, checkedOptions, type OptionNames } from '../../errors/check-arguments.js';
import { WorkerClient } from '../../workers/client.js';
import type { Spawn } from '../../workers/spawn.js';
import {
  LOAD_OPTIONS,
  checkedBackend,
  checkedPrecision,
  type Backend,
  type ModelLoadOptions,
  type WeightPrecision,
} from '../load-options.js';
import { resolveModelSource } from '../registry.js';
import type { Piece, PieceOptions } from '../continuation/piece.js';
import type {
  BeamOptions,
  ControlPlan,
  EventModelName,
  EventRNNDescription,
  EventRNNMethods,
  EventScores,
  Injection,
} from './protocol.js';

export interface EventModelLoadOptions extends ModelLoadOptions {
  /** A name in Magenta's table, e.g. 'attention_rnn'; default: the first of the model that the tensors fit. */
  readonly configuration?: string;
  /** 'auto', the default, is WebAssembly; 'cpu' is the plain reference. There is no WebGPU: a step waits for the one before. */
  readonly backend?: Backend;
  /** Default 'int16': two to three times as fast as float32, within some thousandths of a nat. */
  readonly precision?: WeightPrecision;
}

const EVENT_MODEL_LOAD_OPTIONS: OptionNames<EventModelLoadOptions> = {
  ...LOAD_OPTIONS,
  configuration: true,
  precision: true,
};

export interface WriteEventsOptions extends PieceOptions, BeamOptions {
  readonly controls?: ControlPlan;
  /** PolyphonyRNN only. */
  readonly inject?: Injection;
}

export class EventRNN {
  private constructor(
    private readonly worker: WorkerClient<EventRNNMethods>,
    readonly description: EventRNNDescription,
  ) {}

  /**
   * @param shipped the checkpoints of the model that the package has
   * @param spawn of the worker, in tests
   * @throws CHECKPOINT_*, CONFIGURATION_UNKNOWN, BACKEND_UNAVAILABLE, ABORTED, WORKER_FAILED, WASM_UNAVAILABLE
   */
  static async load(
    model: EventModelName,
    shipped: ShippedFiles,
    source?: Source,
    options?: EventModelLoadOptions,
    spawn?: Spawn,
  ): Promise<EventRNN> {
    const {
      configuration,
      backend,
      precision = 'int16',
      signal,
      onProgress,
      ...download
    } = checkedOptions(options, EVENT_MODEL_LOAD_OPTIONS);
    const args = {
      source: resolveModelSource(model, source, download, shipped),
      model,
      configuration,
      backend: checkedBackend(model, backend, ['wasm', 'cpu']),
      precision: checkedPrecision(precision),
    };
    const worker = new WorkerClient<EventRNNMethods>('event-rnn', spawn);
    return new EventRNN(worker, await worker.start('load', args, { signal, onProgress }));
  }

  /**
   * Begins a piece.
   * @param primer nothing: a step of silence, or whatever the configuration begins with
   * @param options seed: default 0; squash: melodies of any range are brought into that of the configuration, to its key where it
   *   has one, and all events back
   * @throws EVENT_INVALID, DISPOSED
   */
  async begin(
    primer: readonly MusicEvent[] = [],
    { seed = 0, squash }: { readonly seed?: number | string; readonly squash?: boolean } = {},
  ): Promise<Piece<WriteEventsOptions>> {
    checkSeed(seed);
    const { worker } = this;
    const session = await worker.call('openSession', { primer, seed, squash });
    let known = 0;
    return {
      write: async (amount, { controls, inject, signal, onEvents, ...sampling } = {}) => {
        checkCallbacks({ onEvents });
        const written = await worker.call(
          'writeEvents',
          { session, known, amount, sampling, controls, inject },
          { signal, onPart: onEvents && ((part) => onEvents(part.events, part.logProbabilities)) },
        );
        known += written.events.length;
        return written;
      },
      close: () => worker.call('closeSession', { session }),
    };
  }

  /**
   * Computes how likely events are, each after those before it.
   * @returns [events] nats; of the first 0, models do not say how a piece begins
   * @throws EVENT_INVALID, CONTROL_INVALID, ABORTED, DISPOSED
   */
  async logProbabilities(
    events: readonly MusicEvent[],
    options: Pick<WriteEventsOptions, 'controls' | 'signal'> = {},
  ): Promise<Float64Array> {
    return (await this.score(events, options)).logProbabilities;
  }

  /**
   * Computes how likely events are, and which of them the model would have guessed.
   * @throws EVENT_INVALID, CONTROL_INVALID, ABORTED, DISPOSED
   */
  score(
    events: readonly MusicEvent[],
    { controls, signal }: Pick<WriteEventsOptions, 'controls' | 'signal'> = {},
  ): Promise<EventScores> {
    return this.worker.call('scoreEvents', { events, controls }, { signal });
  }

  /** The worker died, or was disposed of. @internal */
  get ended(): boolean {
    return this.worker.ended;
  }

  /** Frees the worker and all its memory. Work under way is rejected with DISPOSED. */
  dispose(): void {
    this.worker.terminate();
  }
}
