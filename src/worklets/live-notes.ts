/**
 * Notes that a worker decodes while they sound, as the audio thread has them. What the worker says is taken, and answered, in the
 * message handler; `process()` only asks which slot a voice should play.
 */
import type { LiveAnswer, LiveAudio, LiveProgress } from '../messages/live-notes.js';
import type { EventQueue } from './event-queue.js';
import type { NoteBank } from './note-bank.js';
import type { TimbreHistory } from './timbre-history.js';
import type { Voice } from './voice.js';

const FREE = -1;
/** A note that no voice has taken is given up after so many looks: its note-on may be on its way. */
const PATIENCE = 60;
/** A voice that no whole note is there for goes over, after so many quanta without samples, to whatever there is. */
const DRY_QUANTA = 60;

export interface LiveSurroundings {
  readonly bank: NoteBank;
  readonly voices: readonly Voice[];
  readonly events: EventQueue;
  readonly timbres: TimbreHistory;
}

export class LiveNotes {
  /** Numbers of note-ons, by live slot. */
  private readonly notes: Float64Array;
  /** Looks for which no voice has had the note. */
  private readonly waited: Uint16Array;
  /** Quanta for which its voice has had no samples. */
  private readonly dryFor: Uint16Array;
  private dry = 0;
  private emptied: Float32Array<ArrayBuffer>[] = [];
  private port: MessagePort | undefined;

  constructor(private readonly around: LiveSurroundings) {
    const { liveSlots } = around.bank;
    this.notes = new Float64Array(liveSlots).fill(FREE);
    this.waited = new Uint16Array(liveSlots);
    this.dryFor = new Uint16Array(liveSlots);
  }

  /** Listens to a worker, and no longer to the one before. Message handler only. */
  connect(port: MessagePort): void {
    this.close();
    this.port = port;
    port.onmessage = ({ data }: MessageEvent<LiveAudio>) => this.receive(data, port);
  }

  close(): void {
    const { bank } = this.around;
    for (let live = 0; live < this.notes.length; live++)
      if (this.notes[live] !== FREE) bank.abandonNote(bank.slots + live);
    this.port?.close();
    this.port = undefined;
  }

  /** In `process()` too. @returns the slot that has the note of a voice, or -1 */
  find(voice: Voice): number {
    const { bank } = this.around;
    for (let live = 0; live < this.notes.length; live++) {
      const slot = bank.slots + live;
      if (this.notes[live] === voice.note && !bank.isAbandoned(slot)) return slot;
    }
    return -1;
  }

  /** A voice went over to a whole note, because samples did not come in time. `process()`; does not allocate. */
  giveUp(slot: number): void {
    const { bank } = this.around;
    if (!bank.isAbandoned(slot) && this.dryFor[slot - bank.slots] === 0) this.dry++;
    bank.abandonNote(slot);
  }

  /** Looks whether samples came in time. `process()`; does not allocate. */
  watch(): void {
    const { bank, voices } = this.around;
    for (let i = 0; i < voices.length; i++) {
      const voice = voices[i];
      const live = voice.slot - bank.slots;
      if (live < 0 || !voice.busy) continue;
      if (!voice.starved) this.dryFor[live] = 0;
      else if (++this.dryFor[live] === 1) this.dry++;
      else if (this.dryFor[live] === DRY_QUANTA) bank.abandonNote(voice.slot);
    }
  }

  private receive(message: LiveAudio, port: MessagePort): void {
    switch (message.type) {
      case 'begin':
        return this.begin(message.note, message.pitch);
      case 'samples': {
        const live = this.notes.indexOf(message.note);
        if (live >= 0) this.around.bank.appendLive(this.around.bank.slots + live, message.samples);
        this.emptied.push(message.samples);
        return;
      }
      case 'end': {
        const live = this.notes.indexOf(message.note);
        if (live >= 0) this.around.bank.abandonNote(this.around.bank.slots + live);
        return;
      }
      case 'look': {
        const { emptied } = this;
        this.emptied = [];
        const answer: LiveAnswer = { notes: this.progress(), dry: this.dry, emptied };
        port.postMessage(
          answer,
          emptied.map(({ buffer }) => buffer),
        );
      }
    }
  }

  private begin(note: number, pitch: number): void {
    const { bank, timbres } = this.around;
    // Where there is no room the worker is told with its next look: the note is not among those that go on.
    const live = this.notes.findIndex(
      (taken, i) => taken === FREE || (bank.isAbandoned(bank.slots + i) && !bank.isRead(bank.slots + i)),
    );
    if (live < 0) return;
    this.notes[live] = note;
    this.waited[live] = this.dryFor[live] = 0;
    bank.beginLive(bank.slots + live, timbres.current, pitch);
  }

  private progress(): LiveProgress[] {
    const { bank, events, voices } = this.around;
    const going: LiveProgress[] = [];
    for (let live = 0; live < this.notes.length; live++) {
      const note = this.notes[live];
      if (note === FREE) continue;
      const slot = bank.slots + live;
      const voice = voices.find((one) => one.busy && one.note === note);
      const heard = voice?.slot === slot;
      if (bank.isAbandoned(slot) || !this.isWanted(live, voice, events.hasNoteOn(note))) {
        // What is fading reads on: the slot is free when nobody does.
        bank.abandonNote(slot);
        if (!bank.isRead(slot)) this.notes[live] = FREE;
        continue;
      }
      bank.timbre[slot] = this.knownTimbre(bank.pitch[slot]);
      going.push({ note, ahead: voice?.aheadIn(slot) ?? bank.available[slot], heard });
    }
    return going;
  }

  /** A note whose voice has been let go before it went over to what is decoded stays what it is. */
  private isWanted(live: number, voice: Voice | undefined, scheduled: boolean): boolean {
    if (!voice) return scheduled || ++this.waited[live] < PATIENCE;
    return !voice.dying && (voice.held || voice.slot === this.around.bank.slots + live);
  }

  /** The latest timbre of which a whole note is there: it tells how notes are released. */
  private knownTimbre(pitch: number): number {
    const { bank, timbres } = this.around;
    for (let age = 0; age < timbres.length; age++)
      if (bank.findNearest(timbres.at(age), pitch) >= 0) return timbres.at(age);
    return timbres.current;
  }
}
