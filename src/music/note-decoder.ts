/** Notes out of probabilities, while these come (note_seq/sequences_lib.py, pianoroll_to_note_sequence). */
import { KEYS, LOWEST_KEY, type Activations, type CheckedThresholds } from './activations.js';
import type { Note } from './note-sequence.js';

/** A drum that is hit has no length of its own; seconds. */
export const DRUM_SECONDS = 0.05;

/** Takes activations in parts of any length; notes come out in the order in which they end, pitches ascending within a frame. */
export class NoteDecoder {
  /** By key: the frame in which the note that sounds began, or -1. */
  private readonly begun = new Int32Array(KEYS).fill(-1);
  private readonly velocities = new Float32Array(KEYS);
  /** By key: whether the frame before had an onset. */
  private readonly onsetBefore = new Uint8Array(KEYS);
  private frame = 0;
  private secondsPerFrame = 0;

  constructor(private readonly thresholds: CheckedThresholds) {}

  /** Seconds that were taken in. */
  get seconds(): number {
    return this.frame * this.secondsPerFrame;
  }

  /** @returns the notes that ended */
  take({ frameCount, secondsPerFrame, onsets, frames, velocities, offsets }: Activations): Note[] {
    this.secondsPerFrame = secondsPerFrame;
    const { onsetThreshold, frameThreshold, offsetThreshold } = this.thresholds;
    const ended: Note[] = [];
    for (let at = 0; at < frameCount * KEYS; this.frame++) {
      for (let key = 0; key < KEYS; key++, at++) {
        const onset = onsets[at] > onsetThreshold;
        const sounds = onset || (frames !== undefined && frames[at] > frameThreshold);
        const ends = offsetThreshold > 0 && offsets !== undefined && offsets[at] > offsetThreshold;
        if (this.begun[key] >= 0 && (!sounds || ends)) {
          ended.push(this.note(key));
          this.begun[key] = -1;
        } else if (onset && !ends && (this.begun[key] < 0 || this.onsetBefore[key] === 0)) {
          if (this.begun[key] >= 0) ended.push(this.note(key));
          this.begun[key] = this.frame;
          this.velocities[key] = velocities[at];
        }
        this.onsetBefore[key] = Number(onset);
      }
    }
    return ended;
  }

  /** The notes that have not ended, as if they did now. */
  sounding(): Note[] {
    return [...this.begun.keys()].filter((key) => this.begun[key] >= 0).map((key) => this.note(key));
  }

  private note(key: number): Note {
    return {
      pitch: LOWEST_KEY + key,
      velocity: this.velocities[key],
      startTime: this.begun[key] * this.secondsPerFrame,
      endTime: this.frame * this.secondsPerFrame,
    };
  }
}

/** Each onset frame is a note of its own, of 0.05 s: drums. */
export class DrumDecoder {
  private frame = 0;
  private secondsPerFrame = 0;

  constructor(private readonly thresholds: Pick<CheckedThresholds, 'onsetThreshold'>) {}

  get seconds(): number {
    return this.frame === 0 ? 0 : this.frame * this.secondsPerFrame + DRUM_SECONDS;
  }

  take({ frameCount, secondsPerFrame, onsets, velocities }: Activations): Note[] {
    this.secondsPerFrame = secondsPerFrame;
    const notes: Note[] = [];
    for (let at = 0; at < frameCount * KEYS; this.frame++) {
      const startTime = this.frame * secondsPerFrame;
      for (let key = 0; key < KEYS; key++, at++) {
        if (!(onsets[at] > this.thresholds.onsetThreshold)) continue;
        const note = { pitch: LOWEST_KEY + key, velocity: velocities[at], startTime };
        notes.push({ ...note, endTime: startTime + DRUM_SECONDS, isDrum: true });
      }
    }
    return notes;
  }

  sounding(): Note[] {
    return [];
  }
}
