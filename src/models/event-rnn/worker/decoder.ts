/** Events in, events out: one network, one list of events, one loop for every configuration. */
import type { ControlSource } from '../encodings/controls.js';
import type { SamplingOptions } from '../../sampling.js';
import { SparseVector, type NetworkState, type RecurrentNetwork } from '../../../ops/lstm/network.js';
import type { ClassFilter } from '../encodings/encoding.js';
import { inputSizeOf, type Configuration } from '../encodings/configurations.js';
import { argmax, draw, logProbabilityOf } from '../../sampling.js';

export interface GeneratedEvent<E> {
  readonly event: E;
  /** Under the model, temperature 1, nats. */
  readonly logProbability: number;
  /** In the distribution it was drawn from, nats. */
  readonly drawnLogProbability: number;
}

/** The state of a decoder, that of its network included. */
export interface DecoderState<E> {
  readonly events: readonly E[];
  readonly fed: number;
  readonly network: NetworkState;
}

/**
 * The list grows by {@link append} and {@link sample}. An event is fed to the network when the one after it is asked for: only
 * then are the controls known that the input begins with.
 */
export class EventDecoder<E> {
  private list: E[] = [];
  private fed = 0;
  private readonly input: SparseVector;
  private heard = 0;

  /** @param network of the configuration's sizes; its state is this decoder's from here on */
  constructor(
    private readonly network: RecurrentNetwork,
    private readonly configuration: Configuration<E>,
    /** The controls may be exchanged: what was fed keeps what held then. */
    public controlsAt: ControlSource = () => ({}),
    private readonly filter?: ClassFilter<E>,
  ) {
    this.input = new SparseVector(inputSizeOf(configuration));
    network.reset();
  }

  /** All so far, given and written. */
  get events(): readonly E[] {
    return this.list;
  }

  append(events: Iterable<E>): void {
    this.list.push(...events);
  }

  /**
   * Writes one event more.
   * @param random uniform in [0, 1)
   * @throws EVENT_INVALID, CONTROL_INVALID
   */
  sample(options: SamplingOptions, random: () => number): GeneratedEvent<E> {
    let logProbability = 0;
    let drawnLogProbability = 0;
    const labels = this.softmaxes().map((logits) => {
      const drawn = draw(this.allowed(logits), options, random);
      logProbability += this.filter ? logProbabilityOf(logits, drawn.index) : drawn.logProbability;
      drawnLogProbability += drawn.drawnLogProbability;
      return drawn.index;
    });
    const event = this.configuration.encoding.decode(labels, this.list);
    this.list.push(event);
    return { event, logProbability, drawnLogProbability };
  }

  /**
   * Appends an event that is given, and says how likely it was (nats), and whether its class was the likeliest (in every softmax).
   * The first event of all has 0 and false: models do not say how a piece begins.
   */
  score(event: E): { readonly logProbability: number; readonly hit: boolean } {
    this.list.push(event);
    const { encoding } = this.configuration;
    const position = this.list.length - 1;
    const labels = encoding.labels(this.list, position);
    if (position === 0) return { logProbability: 0, hit: false };
    const softmaxes = this.softmaxes(position);
    return {
      logProbability: softmaxes.reduce(
        (sum, logits, part) => sum + logProbabilityOf(logits, labels[part]),
        0,
      ),
      hit: softmaxes.every((logits, part) => argmax(logits) === labels[part]),
    };
  }

  saveState(): DecoderState<E> {
    return { events: [...this.list], fed: this.fed, network: this.network.saveState() };
  }

  restoreState({ events, fed, network }: DecoderState<E>): void {
    this.list = [...events];
    this.fed = fed;
    this.heard = 0;
    this.filter?.reset();
    this.network.restoreState(network);
  }

  /** The logits, without those of classes that make no sense. */
  private allowed(logits: Float32Array): Float32Array {
    const { filter } = this;
    if (!filter) return logits;
    while (this.heard < this.list.length) filter.hear(this.list[this.heard++]);
    const allowed = logits.slice();
    for (let i = 0; i < allowed.length; i++) if (filter.forbids(i, this.list)) allowed[i] = -Infinity;
    return allowed;
  }

  /** The logits of each softmax for the event at `position`, after all events before it were fed. */
  private softmaxes(position = this.list.length): Float32Array[] {
    const { encoding, controls } = this.configuration;
    while (this.fed < position) {
      this.input.clear();
      controls?.write(this.controlsAt(this.fed + 1), this.input);
      encoding.writeInput(this.list, this.fed, this.input, controls?.size ?? 0);
      this.network.step(this.input);
      this.fed++;
    }
    const logits = this.network.logits();
    let first = 0;
    return encoding.classes.map((size) => logits.subarray(first, (first += size)));
  }
}
