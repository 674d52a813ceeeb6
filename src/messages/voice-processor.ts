/** Main thread <-> audio thread: everything that crosses the port of the voice AudioWorkletNode. */
import type { NoteAudioTransport } from './transport.js';

/** Name under which the processor is registered in the AudioWorkletGlobalScope. */
export const VOICE_PROCESSOR_NAME = 'timbrel-voices';

/** Attack-decay-sustain-release envelope, multiplied with the note's own. Times in seconds, `sustain` in [0, 1]. */
export interface Envelope {
  readonly attack: number;
  readonly decay: number;
  readonly sustain: number;
  /** The longest that a note rings when its key is let go, to -60 dB; one that falls faster by itself does. */
  readonly release: number;
}

export interface VoiceProcessorOptions {
  /** Notes that sound at once. */
  readonly voices: number;
  /** Notes the bank holds: 256 kB each. */
  readonly noteSlots: number;
  /** Notes that can be decoded while they sound; default none. */
  readonly liveNotes?: number;
  readonly envelope: Envelope;
  /** Lowest and highest MIDI pitch that is rendered; others are re-pitched from these. */
  readonly pitchRange: readonly [number, number];
  /** Linear gain of the mix, before the limiter; default 1. */
  readonly gain?: number;
}

/**
 * Commands. `time` is in seconds of the AudioContext's clock; 0 or a time in the past means now.
 * `note` is a number the sender chose for this note-on; its note-off names the same, so that equal pitches are told apart.
 * `channel` is a number the sender chose for those who bend, hold and silence their notes together: a channel of a MIDI
 * port, say. 0 is no channel.
 */
export type VoiceCommand =
  | {
      readonly type: 'noteOn';
      readonly note: number;
      /** MIDI pitch, 0-127. */
      readonly pitch: number;
      readonly channel?: number;
      /** Its own bend at its beginning, semitones. */
      readonly bend?: number;
      /** Linear gain in (0, 1]; the velocity curve is the instrument's. */
      readonly gain: number;
      /** Cut-off of the low-pass that makes a soft note darker, Hz; left out: none. */
      readonly cutoff?: number;
      readonly time: number;
    }
  /** A note that was to begin later than this does not. With `lasts`, s, the time is so long after its beginning, whenever that is. */
  | { readonly type: 'noteOff'; readonly note: number; readonly time: number; readonly lasts?: number }
  /** Sustain pedal: while down, notes that were let go sound on. */
  | { readonly type: 'sustain'; readonly down: boolean; readonly time: number }
  /** Sostenuto pedal: holds the notes whose keys are down when it goes down, of a channel or of all. */
  | { readonly type: 'sostenuto'; readonly down: boolean; readonly time: number; readonly channel?: number }
  /** Every voice is released, the pedal notwithstanding; notes that were to begin later do not. */
  | { readonly type: 'allNotesOff'; readonly time: number }
  /** Every voice, or those of a channel, fade within milliseconds; what is due is done first, later notes do not begin. */
  | { readonly type: 'allSoundOff'; readonly channel?: number }
  /** Bends one note, or the notes of a channel; without either all, in addition to their own bends. */
  | {
      readonly type: 'pitchBend';
      readonly semitones: number;
      readonly time: number;
      readonly note?: number;
      readonly channel?: number;
    }
  | { readonly type: 'envelope'; readonly envelope: Envelope }
  /** New notes take this timbre; sounding ones cross-fade to it as soon as the bank has it at their pitch. */
  | { readonly type: 'timbre'; readonly timbre: number }
  /** A worker (or the main thread) will send note audio over this transport. */
  | { readonly type: 'addSource'; readonly transport: NoteAudioTransport }
  /** A worker will decode notes while they sound, and speak over this port as live-notes.ts says. It takes the place of one before. */
  | { readonly type: 'connectLive'; readonly port: MessagePort }
  /** The node is given up: the processor ends (a source that goes on returning true is never collected). */
  | { readonly type: 'close' }
  /** Answered by a `report`. The audio thread never speaks first from `process()`. */
  | { readonly type: 'requestReport' };

/** Answers, posted from the port's message handler only. */
export type VoiceReport =
  /** Posted on a note-on or timbre change whose (timbre, pitch) the bank does not hold. */
  | { readonly type: 'missing'; readonly timbre: number; readonly pitch: number }
  | {
      readonly type: 'report';
      /** Voices sounding now. */
      readonly activeVoices: number;
      /** Voices among these that play what is decoded for them while they sound. */
      readonly liveVoices: number;
      /** Output peak since the last report, linear. */
      readonly peak: number;
      /** Quanta in which a voice had to wait for samples that had not arrived, since the start. */
      readonly starvedQuanta: number;
      /** (timbre, pitch) pairs complete in the bank, flattened. */
      readonly stored: readonly number[];
    };
