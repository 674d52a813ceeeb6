import { html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type {
  MusicTransformer,
  MusicTransformerOptions,
} from '../../models/music-transformer/music-transformer.js';
import { LONGEST_NOTE } from '../../music/performance.js';
import { defineElement } from '../internal/define.js';
import { numberField, switchField } from '../internal/fields.js';
import { atTheBeginning, type Composition, type Length } from '../sequence-model/compose.js';
import { takeMelody } from '../../music/primer.js';
import { loader, type SequenceModelKind, type WritingModel } from '../sequence-model/kind.js';
import { midiFileOf } from '../sequence-model/midi-files.js';
import { SequenceModelElement } from '../sequence-model/sequence-model.js';
import type { Take } from '../sequence-model/sketch.js';

// For the types of events, in `addEventListener` and by name.
export type * from '../sequence-model/events.js';

const KIND: SequenceModelKind<MusicTransformerOptions> = {
  model: 'MusicTransformer',
  what: 'performance',
  configurations: [],
  drums: false,
  free: true,
  load: loader('MusicTransformer', async () => {
    const { MusicTransformer: Model } = await import('../../models/music-transformer/music-transformer.js');
    return { load: async (source, options) => accompanying(await Model.load(source, options)) };
  }),
};

/** Makes a model that is conditioned on melodies accompany what it is given, from the beginning; others go on from it. */
function accompanying(model: MusicTransformer): WritingModel<MusicTransformerOptions> {
  if (!model.description.conditionedOnMelody) return model;
  return {
    description: model.description,
    begin: (sequence, options) => model.beginAccompaniment(takeMelody(sequence), options),
    get ended() {
      return model.ended;
    },
    dispose: () => model.dispose(),
  };
}

/** Ways to go on that {@link MusicTransformerElement.branch} writes, and their length, seconds. */
const WAYS = 3;
const WAY_SECONDS = 10;
/** The length is as good as endless: it is written only as far as it is heard. */
const ENDLESS_SECONDS = 8 * 3600;
/** Seconds of an endless piece that are kept: the last ten minutes. */
const KEPT = 600;
/** Tokens that an endless piece never has: padding, and the end. */
const NO_END = [0, 1];

/**
 * @tagname music-transformer
 * @summary MusicTransformer: long performances for piano, written while they are heard; temperature can be turned on the way.
 *
 * @csspart ways - The ways to go on, to choose from by ear.
 */
export class MusicTransformerElement extends SequenceModelElement<MusicTransformerOptions> {
  /** The length of what is written, seconds. */
  @property({ type: Number, reflect: true }) seconds = 60;
  /** Music that is played while it is written goes on until it is stopped; without `live` it is as long as `seconds`. */
  @property({ type: Boolean, reflect: true }) endless = false;
  /** The place of what is written: behind its primer, or over it, from the beginning: what a band has played is answered while it plays it again. */
  @property({ reflect: true }) placement: 'behind' | 'over' = 'behind';

  static override readonly kind = KIND;

  /** Ways to go on that were written last, and the piece that they are for. */
  @state() private ways: { readonly takes: readonly Take[]; readonly piece: number } | undefined;
  @state() private chosen: Take | undefined;
  /** The end of a primer that was longer than memory, as far as it was heard, seconds, and where the piece goes on from it. */
  @state() private endHeard: { readonly seconds: number; readonly start?: number } | undefined;
  /** The writing of ways that is under way. */
  @state() private branching: Promise<void> | undefined;

  /**
   * Writes three ways to go on from all that is there, of ten seconds each, keeps them among the takes, and plays the first. Called again
   * meanwhile, it waits for the same. What plays, writes or replaces the piece meanwhile ends it; ways that are complete stay among the takes.
   * @throws as `generate`
   */
  branch(): Promise<void> {
    return (this.branching ??= this.writeWays().finally(() => (this.branching = undefined)));
  }

  private async writeWays(): Promise<void> {
    this.stop();
    // In the gesture, before anything is waited for.
    const sounding =
      this.transport !== 'none' &&
      this.ready().then(
        () => true,
        () => false,
      );
    const { session, seed } = this;
    session.takePhrase();
    if (this.notes.length > 0) this.primer = this.sequence;
    const takes: Take[] = [];
    for (let way = 1; way <= WAYS; way++) {
      const length = { seconds: WAY_SECONDS };
      await this.tried(() =>
        session.generate({ live: false, length, ...(seed && { seed: `${seed}/${way}` }) }),
      );
      this.keep();
      takes.push(...this.takes.slice(-1));
    }
    const written = this.sketch;
    const sounds = await sounding;
    // Something else was asked for while the sound was waited for.
    if (this.sketch !== written || session.isWriting) return;
    this.ways = { takes, piece: session.sketches.piece };
    // Where there is nothing to play on, they are there all the same.
    this.choose(takes[0]);
    if (sounds) await super.play({ from: takes[0].start });
  }

  /** Presents one of the ways, and plays it from where it branches off. */
  private async hear(way: Take): Promise<void> {
    this.choose(way);
    await this.play({ from: way.start });
  }

  private choose(way: Take): void {
    this.session.recall(way, true);
    this.chosen = way;
  }

  /** Plays; ways that are being written are given up for what is there. */
  override async play(options: { from?: number; at?: number } = {}): Promise<void> {
    if (this.branching) this.cancel();
    await super.play(options);
  }

  /** Stops what plays; music without an end is written no further then. */
  override stop(): void {
    if (this.stopEndsWriting) this.cancel();
    super.stop();
  }

  /** Writes a MIDI file of all that is there, of a longer piece the last ten minutes, in the tempo that is set. */
  override async midi(): Promise<Blob> {
    await this.updateComplete;
    const { sequence, duration, tempo } = this;
    if (duration <= KEPT) return midiFileOf(sequence, tempo);
    const { extractSubsequence } = await import('../../music/subsequence.js');
    return midiFileOf(extractSubsequence(sequence, duration - KEPT, duration), tempo);
  }

  protected override get writtenLength(): Length {
    return { seconds: this.endless && this.live ? ENDLESS_SECONDS : this.seconds };
  }

  protected override get writtenKept(): number | undefined {
    return this.endless && this.live ? KEPT : undefined;
  }

  protected override get writesInParts(): boolean {
    return true;
  }

  protected override get stopEndsWriting(): boolean {
    return this.endless && this.live;
  }

  protected override get remark(): string {
    const { endHeard, session, sketch } = this;
    if (!endHeard || !(session.isWriting || endHeard.start === sketch.start)) return '';
    const seconds = Math.round(endHeard.seconds);
    return `Only the last ${seconds === 1 ? 'second' : `${seconds} seconds`} of what was there are heard.`;
  }

  protected override ownOptions(): Partial<MusicTransformerOptions> {
    return {
      maxNoteDuration: LONGEST_NOTE,
      ...(this.endless && { forbid: NO_END }),
      onPrimer: ({ tokens, heard, secondsHeard: seconds }) =>
        (this.endHeard = heard < tokens ? { seconds } : undefined),
    };
  }

  /** An endless piece is as long as what there is of it, and its beginning is forgotten. */
  protected override finish(composition: Composition): Composition {
    const finished = this.placed(composition);
    if (this.endHeard) this.endHeard = { ...this.endHeard, start: finished.start };
    return finished;
  }

  private placed(composition: Composition): Composition {
    if (this.placement === 'over') return atTheBeginning(composition);
    const { start, end, until } = composition;
    return end - start < ENDLESS_SECONDS ? composition : { ...composition, end: until };
  }

  protected override renderOwnControls() {
    return [
      numberField('Seconds', this.seconds, { min: 1, max: 3600, step: 1 }, (seconds) =>
        this.adjust({ seconds }),
      ),
      switchField('Endless', this.endless, (endless) => this.adjust({ endless })),
      html`<button
        type="button"
        class="branch"
        ?disabled=${this.branching !== undefined}
        @click=${() => void this.branch().catch(() => {})}
      >
        Three ways to go on
      </button>`,
      this.renderWays(),
    ];
  }

  /** Each is heard by a press; the music goes on from the one that was heard last. */
  private renderWays() {
    const { ways, chosen, session } = this;
    // For another piece they would only bring back the old one.
    if (ways?.piece !== session.sketches.piece) return nothing;
    return html`<div part="ways" class="bar" role="group" aria-label="Ways to go on">
      ${ways.takes.map(
        (way, i) =>
          html`<button
            type="button"
            aria-pressed=${way === chosen}
            title="Hear it; Extend goes on from here"
            @click=${() => void this.hear(way).catch(() => {})}
          >
            Way ${i + 1}
          </button>`,
      )}
    </div>`;
  }
}

defineElement('music-transformer', MusicTransformerElement);

declare global {
  interface HTMLElementTagNameMap {
    'music-transformer': MusicTransformerElement;
  }
}
