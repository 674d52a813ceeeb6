/** Hears a phrase that is played on another element, or inside this one, while it is asked to. */
import { PhraseRecorder, type PhraseEvent } from '../../instruments/phrase-recorder.js';
import type { PlayedNote } from '../../instruments/sequence-player.js';
import { hearNamed } from '../internal/hear-named.js';
import { soundsByItself } from '../sequence-model/note-destination.js';
import { midiClock } from '../../midi/outputs.js';

/** The length of a stroke on a pad, ms: a click has no length of its own. */
const STROKE = 100;

export interface PhraseListener {
  /** A key was played inside the element, and is to sound. @param velocity 0 for its end */
  sound(pitch: number, velocity: number): void;
  /** The phrase is over. Times in seconds from the first note. */
  phrase(notes: readonly PlayedNote[]): void;
}

export class PhraseInput {
  private readonly recorder = new PhraseRecorder(midiClock);
  private heard: Event | undefined;
  private abort: AbortController | undefined;
  private asked = false;

  constructor(private readonly listener: PhraseListener) {
    this.recorder.addEventListener('phrase', (event) => {
      this.asked = false;
      listener.phrase((event as PhraseEvent).notes);
    });
  }

  /** Begins to hear a phrase, or gives it up. */
  ask(asked: boolean): void {
    this.recorder.clear();
    this.asked = asked;
  }

  /** Seconds of a bar in the tempo that is set: a phrase ends with a pause of half of it. */
  set bar(seconds: number) {
    Object.assign(this.recorder, { bar: seconds, rest: Math.max(0.8, seconds / 2) });
  }

  /**
   * Listens to the keys inside `host`, which do not sound by themselves, and to those of another element, which do.
   * @param find looks that one up in the tree
   */
  connect(host: EventTarget, tree: EventTarget, find: () => EventTarget | null): void {
    // A phrase under way goes on: an element that is moved within the page connects again.
    this.abort?.abort();
    const { signal } = (this.abort = new AbortController());
    const other = () => (this.asked ? find() : null);
    for (const type of ['note-on', 'note-off'] as const) {
      // On the way in: before they could be heard as the host's own.
      hearNamed(tree, other, type, (event) => this.hear(event, true), signal);
      host.addEventListener(type, (event) => this.hear(event as NoteEvent, false), { signal });
    }
  }

  disconnect(): void {
    this.abort?.abort();
    this.ask(false);
  }

  /** A stroke on a pad. */
  strike(pitch: number, velocity = 100): void {
    this.play(pitch, velocity);
    setTimeout(() => this.play(pitch, 0), STROKE);
  }

  /** Each note once: what is played inside the element may come from the other, and bubbles too. */
  private hear(event: NoteEvent, silent: boolean): void {
    if (event === this.heard || !this.asked || (!silent && soundsByItself(event))) return;
    this.heard = event;
    this.play(event.pitch, event.velocity ?? 0, silent);
  }

  private play(pitch: number, velocity: number, silent = false): void {
    if (velocity > 0) this.recorder.noteOn(pitch, velocity);
    else this.recorder.noteOff(pitch);
    if (!silent) this.listener.sound(pitch, velocity);
  }
}

/** `note-on` has a velocity, `note-off` none. */
type NoteEvent = Event & { readonly pitch: number; readonly velocity?: number };
