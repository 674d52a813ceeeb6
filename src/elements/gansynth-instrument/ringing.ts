/**
 * Instruments whose checkpoint was exchanged while their notes sounded: those go on until they are let go, and every
 * release reaches them. What is new goes to the instrument that took their place.
 */
import type { NoteOrigin } from '../../midi/note-origin.js';
import type { GANSynthInstrument } from '../../instruments/gansynth-instrument.js';

export class RingingInstruments {
  private instruments: GANSynthInstrument[] = [];

  /** Takes one that is played no more. It disposes itself when the last of its notes has ended. */
  add(instrument: GANSynthInstrument): void {
    instrument.retire();
    this.instruments = [...this.instruments.filter(({ ended }) => !ended), instrument];
  }

  noteOff(pitch: number, origin?: NoteOrigin): void {
    for (const instrument of this.instruments) instrument.noteOff(pitch, 0, origin);
  }

  pitchBend(semitones: number, channel?: number): void {
    for (const instrument of this.instruments) instrument.pitchBend(semitones, 0, channel);
  }

  sustain(down: boolean): void {
    for (const instrument of this.instruments) instrument.sustain(down);
  }

  setVolume(gain: number): void {
    for (const instrument of this.instruments) instrument.setVolume(gain);
  }

  allNotesOff(): void {
    for (const instrument of this.instruments) instrument.allNotesOff();
  }

  /** Silence at once. */
  dispose(): void {
    for (const instrument of this.instruments) instrument.dispose();
    this.instruments = [];
  }
}
