/** Sums over all pieces of how well a model foresees them. */
import type { EventScores } from '../../models/event-rnn/protocol.js';
import type { MusicEvent } from '../../music/events.js';
import type { Configuration } from '../../models/event-rnn/encodings/configurations.js';

export interface Scores {
  /** Events judged: all but the first of each piece. */
  readonly events: number;
  /** Nats per event. */
  readonly loss: number;
  readonly perplexity: number;
  /** Share of events whose class was the likeliest; of those that are not the default event, and of those that are. */
  readonly accuracy: number;
  readonly eventAccuracy: number | null;
  readonly noEventAccuracy: number | null;
  /** Nats for each step of time. */
  readonly lossPerStep: number;
}

/** A share of how many. */
class Share {
  private hits = 0;
  private all = 0;

  add(hit: number): void {
    this.hits += hit;
    this.all++;
  }

  /** JSON knows no NaN. */
  get value(): number | null {
    return this.all > 0 ? this.hits / this.all : null;
  }
}

export class ScoreSum {
  private events = 0;
  private nats = 0;
  private steps = 0;
  private readonly all = new Share();
  private readonly ofEvents = new Share();
  private readonly ofNoEvents = new Share();
  private readonly defaultEvent: string;

  constructor(private readonly configuration: Pick<Configuration<MusicEvent>, 'encoding' | 'steps'>) {
    this.defaultEvent = JSON.stringify(configuration.encoding.defaultEvent);
  }

  add(events: readonly MusicEvent[], { logProbabilities, hits }: EventScores): void {
    for (let i = 1; i < events.length; i++) {
      this.events++;
      this.nats -= logProbabilities[i];
      this.steps += this.configuration.steps(events[i]);
      this.all.add(hits[i]);
      const isDefault = JSON.stringify(events[i]) === this.defaultEvent;
      (isDefault ? this.ofNoEvents : this.ofEvents).add(hits[i]);
    }
  }

  scores(): Scores {
    const loss = this.nats / this.events;
    return {
      events: this.events,
      loss,
      perplexity: Math.exp(loss),
      accuracy: this.all.value ?? 0,
      eventAccuracy: this.ofEvents.value,
      noEventAccuracy: this.ofNoEvents.value,
      lossPerStep: this.nats / Math.max(1, this.steps),
    };
  }
}
