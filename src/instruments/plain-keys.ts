/** The built-in pitched sound, for pages without an instrument: a few partials that fade as strings do, no network. */
import { frequencyOf } from '../audio/frequency.js';
import type { NoteOrigin } from '../midi/note-origin.js';
import { ContextOutput, type ContextOutputOptions } from './context-output.js';
import type { SoundListener } from './context.js';
import type { NoteTarget } from './sequence-player.js';
import { velocityGain } from './velocity.js';

/** Levels of the partials, the fundamental first: those of a soft hammer on a string. */
const PARTIALS = [1, 0.5, 0.28, 0.18, 0.1, 0.06, 0.04];
/** Seconds from silence to full level: less clicks. */
const ATTACK = 0.004;
/** Seconds to a third after the key is let go. */
const RELEASE = 0.07;
/** A string fades to a third in so many seconds at middle C, and in half of it two octaves higher. */
const DECAY = 1.1;
const LEVEL = 0.28;

interface Tone {
  readonly pitch: number;
  readonly note: number | undefined;
  readonly oscillator: OscillatorNode;
  readonly gain: GainNode;
  /** Context time of its beginning. */
  readonly time: number;
}

export class PlainKeys implements NoteTarget {
  private readonly output: ContextOutput;
  private wave: PeriodicWave | undefined;
  private readonly tones = new Set<Tone>();

  /** @param listener hears when the sound stops and goes on, and that a note could not bring it back */
  constructor(listener?: SoundListener) {
    this.output = new ContextOutput(0.8, listener);
  }

  /** Call it in answer to a click, touch or key. @throws AUDIO_CONTEXT_*, INSECURE_CONTEXT */
  async start(options: ContextOutputOptions = {}): Promise<void> {
    const { context } = this.output.open(options);
    this.wave ??= context.createPeriodicWave(new Float32Array(PARTIALS.length + 1), [0, ...PARTIALS], {
      disableNormalization: true,
    });
    await this.output.resume();
  }

  get context(): BaseAudioContext | undefined {
    return this.output.context;
  }

  /** The time of the context, seconds; 0 before it is started. */
  get currentTime(): number {
    return this.output.context?.currentTime ?? 0;
  }

  /** @param velocity 1-127 @param time seconds on the context's clock; 0 is now */
  noteOn(pitch: number, velocity = 100, time = 0, origin?: NoteOrigin): void {
    const { node } = this.output;
    if (!node || !this.wave) return;
    this.output.wake();
    const { context } = node;
    const at = Math.max(time, context.currentTime);
    if (origin?.note === undefined) this.noteOff(pitch, at);
    const frequency = frequencyOf(pitch);
    const oscillator = new OscillatorNode(context, { frequency, periodicWave: this.wave });
    const gain = new GainNode(context, { gain: 0 });
    oscillator.connect(gain).connect(node);
    const decay = DECAY * 2 ** ((60 - pitch) / 24);
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(LEVEL * velocityGain(velocity), at + ATTACK);
    gain.gain.setTargetAtTime(0, at + ATTACK, decay);
    const tone = { pitch, note: origin?.note, oscillator, gain, time: at };
    this.tones.add(tone);
    oscillator.onended = () => {
      this.tones.delete(tone);
      gain.disconnect();
    };
    oscillator.start(at);
    oscillator.stop(at + 8 * decay);
  }

  /** A note that was to begin later than this does not begin. */
  noteOff(pitch: number, time = 0, origin?: NoteOrigin): void {
    const at = Math.max(time, this.currentTime);
    for (const tone of this.tones)
      if (tone.pitch === pitch && tone.note === origin?.note) this.release(tone, at);
  }

  allNotesOff(): void {
    for (const tone of this.tones) this.release(tone, this.currentTime);
  }

  /** @param gain linear */
  setVolume(gain: number): void {
    this.output.setVolume(gain);
  }

  dispose(): void {
    this.allNotesOff();
    this.output.dispose();
  }

  private release({ oscillator, gain, time }: Tone, at: number): void {
    if (time >= at) return oscillator.stop();
    gain.gain.cancelAndHoldAtTime?.(at);
    gain.gain.setTargetAtTime(0, at, RELEASE);
    oscillator.stop(at + 8 * RELEASE);
  }
}
