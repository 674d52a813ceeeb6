/**
 * An event RNN behind its worker: what the public classes (MelodyRNN and its like) are made of. Events in, events out; note
 * sequences are theirs.
 */
import { resolveSource, type DownloadOptions } from '../checkpoints/resolve-source.js';
import { DEFAULT_CHECKPOINTS } from '../checkpoints/shipped.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import type {
  Amount,
  BeamOptions,
  ControlPlan,
  EventModelName,
  EventRNNDescription,
  EventScores,
  Injection,
} from '../models/event-rnn/protocol.js';
import type { MusicEvent } from '../music/events.js';
import type { SamplingOptions } from '../models/sampling.js';
import type { WeightPrecision } from '../models/load-options.js';
import type { Backend } from '../models/load-options.js';
import type { LoadProgress } from '../checkpoints/checkpoint-source.js';
import type { ModelAnswer } from './messages.js';
import { checkSeed } from '../random/random.js';
import { ModelClient, type UnnumberedRequest, type RequestOptions } from './client.js';
import { checkCallbacks, checkedOptions } from './given.js';
import { createTurns } from './turns.js';

export interface EventRNNLoadOptions extends DownloadOptions {
  /** Of Magenta's table, e.g. 'attention_rnn'; default: the first of the model that the tensors fit. */
  readonly configuration?: string;
  /** 'auto', the default, is WebAssembly; 'cpu' is the plain reference. There is no WebGPU: a step waits for the one before. */
  readonly backend?: Backend;
  /** Default 'int16': two to three times as fast as float32, within some thousandths of a nat. */
  readonly precision?: WeightPrecision;
  /** Gives up loading: the promise rejects with ABORTED. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

export interface WriteEventsOptions extends SamplingOptions, BeamOptions {
  readonly controls?: ControlPlan;
  /** PolyphonyRNN only. */
  readonly inject?: Injection;
  readonly signal?: AbortSignal;
  /** Told of what the model writes as it comes, with log-probabilities in nats. */
  readonly onEvents?: (events: readonly MusicEvent[], logProbabilities: readonly number[]) => void;
}

export interface WrittenEvents {
  /** All that was appended, injected events too. */
  readonly events: readonly MusicEvent[];
  /** Nats, of each that the model wrote. */
  readonly logProbabilities: readonly number[];
}

/** A piece under way. */
export interface Piece {
  /**
   * Writes on. Asked for in small amounts, controls can change while the piece plays; the events of a seed are the same however
   * they are divided up. A write that rejects leaves the piece as it was; one waits for the one before.
   * @throws OPTION_INVALID, CONTROL_INVALID, GENERATION_STALLED, ABORTED, DISPOSED
   */
  write(amount: Amount, options?: WriteEventsOptions): Promise<WrittenEvents>;
  close(): Promise<void>;
}

export class EventRNN {
  private disposed = false;

  private constructor(
    private readonly client: ModelClient,
    private readonly handle: number,
    readonly description: EventRNNDescription,
  ) {}

  /** @throws CHECKPOINT_*, CONFIGURATION_UNKNOWN, BACKEND_UNAVAILABLE, ABORTED, WORKER_FAILED, WASM_UNAVAILABLE */
  static async load(
    model: EventModelName,
    source?: string | readonly File[],
    options?: EventRNNLoadOptions,
  ): Promise<EventRNN> {
    const {
      configuration,
      backend = 'auto',
      precision = 'int16',
      signal,
      onProgress,
      ...download
    } = checkedOptions(options);
    const present = backend === 'auto' ? 'wasm' : backend;
    if (present !== 'wasm' && present !== 'cpu') {
      throw new TimbrelError(
        'BACKEND_UNAVAILABLE',
        `${model} has no backend ${JSON.stringify(backend)}; there are auto, wasm, cpu`,
      );
    }
    const client = new ModelClient();
    try {
      const answer = await ask(
        client,
        'eventRNNLoaded',
        {
          type: 'loadEventRNN',
          source: resolveSource(source ?? DEFAULT_CHECKPOINTS[model], { ...download, model }),
          model,
          configuration,
          backend: present,
          precision,
        },
        { signal, onProgress },
      );
      return new EventRNN(client, answer.model, answer.description);
    } catch (error) {
      client.terminate();
      throw error;
    }
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
  ): Promise<Piece> {
    this.checkAlive();
    checkSeed(seed);
    const { client } = this;
    const { session } = await ask(client, 'sessionOpened', {
      type: 'openSession',
      model: this.handle,
      primer,
      seed,
      squash,
    });
    const inTurn = createTurns();
    let known = 0;
    return {
      write: (amount, { controls, inject, signal, onEvents, ...sampling } = {}) =>
        inTurn(async () => {
          this.checkAlive();
          checkCallbacks({ onEvents });
          const { events, logProbabilities } = await ask(
            client,
            'eventsWritten',
            { type: 'writeEvents', session, known, amount, sampling, controls, inject },
            { signal, onEvents: onEvents && ((part) => onEvents(part.events, part.logProbabilities)) },
          );
          known += events.length;
          return { events, logProbabilities };
        }),
      close: async () => {
        await ask(client, 'done', { type: 'closeSession', session });
      },
    };
  }

  /**
   * How likely events are, each after those before it.
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
   * How likely events are, and which of them the model would have guessed.
   * @throws EVENT_INVALID, CONTROL_INVALID, ABORTED, DISPOSED
   */
  async score(
    events: readonly MusicEvent[],
    { controls, signal }: Pick<WriteEventsOptions, 'controls' | 'signal'> = {},
  ): Promise<EventScores> {
    this.checkAlive();
    const request = { type: 'scoreEvents', model: this.handle, events, controls } as const;
    const { logProbabilities, hits } = await ask(this.client, 'scores', request, { signal });
    return { logProbabilities, hits };
  }

  /** Frees the worker and all its memory. Work under way is rejected with DISPOSED. */
  dispose(): void {
    this.disposed = true;
    this.client.terminate();
  }

  private checkAlive(): void {
    if (this.disposed) throw new TimbrelError('DISPOSED', 'The model was disposed; load another');
  }
}

async function ask<T extends ModelAnswer['type']>(
  client: ModelClient,
  expected: T,
  request: UnnumberedRequest,
  options?: RequestOptions,
): Promise<Extract<ModelAnswer, { type: T }>> {
  const answer = await client.request(request, options);
  if (answer.type === expected) return answer as Extract<ModelAnswer, { type: T }>;
  throw new TimbrelError('INTERNAL', `The worker answered ${answer.type} to ${request.type}`);
}
