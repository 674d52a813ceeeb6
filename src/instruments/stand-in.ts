/** Notes at hand stand in for those of a network that has rendered none yet: whoever presses a key hears something at once. */
import { openWriter, createTransport, type TransportEnd } from '../ring/transport.js';
import { sendNote } from '../ring/note-audio-stream.js';
import type { StarterNote } from './starter-notes.js';

/** The number of the timbre that stands in: a RenderPlan counts from 1. */
const STAND_IN = 0;

export class StandIn {
  private notes: Promise<readonly StarterNote[]> | undefined;
  private active = false;
  private over = false;

  /** @param fetch notes of the timbre that stands in */
  constructor(private readonly fetch: (() => Promise<readonly StarterNote[]>) | undefined) {}

  /** Begins to fetch the notes. */
  prepare(): void {
    if (!this.over) this.notes ??= this.fetch?.();
  }

  /**
   * Sends the notes to the audio thread, the nearest to `pitch` first, unless the network was quicker.
   * @param connect the audio thread reads from this end, and plays the timbre of this number
   */
  async begin(pitch: number, connect: (reader: TransportEnd, timbre: number) => void): Promise<void> {
    const notes = await this.notes;
    if (this.over || this.active || !notes?.length) return;
    this.active = true;
    // Its samples come from this very thread: shared memory would be of no use.
    const { writer, reader } = createTransport(false);
    connect(reader, STAND_IN);
    const sender = openWriter(writer.transport);
    const nearestFirst = [...notes].sort((a, b) => Math.abs(a.pitch - pitch) - Math.abs(b.pitch - pitch));
    for (const { samples, end, ...note } of nearestFirst) {
      if (this.over) return;
      await sendNote(sender, { timbre: STAND_IN, ...note }, samples, end);
    }
  }

  /** @returns the timbre to play where `own` is that of the pad */
  timbre(own: number): number {
    return this.active ? STAND_IN : own;
  }

  /** The network rendered a note of its own. @returns whether one stood in until now */
  end(): boolean {
    const { active } = this;
    this.active = false;
    this.over = true;
    return active;
  }
}
