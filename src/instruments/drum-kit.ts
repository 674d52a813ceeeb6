/** The built-in drum kit: General MIDI drum notes on synthesised drums (src/audio/drum-sounds.ts). */
import { DRUMS, WOOD_BLOCKS, renderDrum, type Drum } from '../audio/drum-sounds.js';
import { drumClassOf } from '../music/drum-classes.js';
import { ContextOutput, type ContextOutputOptions } from './context-output.js';
import type { SoundListener } from './context.js';
import type { NoteOrigin } from '../midi/note-origin.js';
import type { NoteTarget } from './sequence-player.js';
import { velocityGain } from './velocity.js';

/** This drum sounds for a note that no drum of the kit stands for. */
const OTHER: Drum = 'closed hi-hat';

/** A hi-hat that is closed stops ringing; so does a stroke that is cut off. Seconds to a third. */
const CHOKE = 0.008;

interface Stroke {
  readonly drum: Drum;
  readonly source: AudioBufferSourceNode;
  readonly gain: GainNode;
  readonly time: number;
  /** Number of the note. */
  readonly note: number | undefined;
}

/** General MIDI's high wood block; the low one is a key above. */
const WOOD_BLOCK = 76;

/** The wood blocks, and else the drum that DrumsRNN takes a pitch for; hand percussion that it has no class for sounds as a closed hi-hat. */
export function drumOf(pitch: number): Drum {
  return WOOD_BLOCKS[pitch - WOOD_BLOCK] ?? DRUMS[drumClassOf(pitch)] ?? OTHER;
}

export class DrumKit implements NoteTarget {
  private readonly output: ContextOutput;
  private readonly buffers = new Map<Drum, AudioBuffer>();
  private readonly strokes = new Set<Stroke>();
  private rendering: Promise<void> | undefined;

  /** @param listener hears when the sound stops and goes on, and that a stroke could not bring it back */
  constructor(listener?: SoundListener) {
    this.output = new ContextOutput(0.8, listener);
  }

  /**
   * Call it in answer to a click, touch or key. Resolves when every drum is there to be struck.
   * @param options.destination where to connect to; default the context's destination
   * @throws AUDIO_CONTEXT_SUSPENDED, AUDIO_CONTEXT_CLOSED, AUDIO_CONTEXT_UNSUPPORTED, INSECURE_CONTEXT
   */
  async start(options: ContextOutputOptions = {}): Promise<void> {
    const { context } = this.output.open(options);
    await Promise.all([this.output.resume(), (this.rendering ??= this.renderAll(context))]);
  }

  get context(): BaseAudioContext | undefined {
    return this.output.context;
  }

  /** The time of the context, seconds; 0 before it is started. */
  get currentTime(): number {
    return this.context?.currentTime ?? 0;
  }

  /** @param pitch General MIDI drum note @param velocity 1-127 @param time seconds on the context's clock; 0 is now */
  noteOn(pitch: number, velocity = 100, time = 0, origin?: NoteOrigin): void {
    const { node } = this.output;
    if (!node) return;
    this.output.wake();
    const { context } = node;
    const drum = drumOf(pitch);
    const at = Math.max(time, context.currentTime);
    if (drum === 'closed hi-hat') this.choke('open hi-hat', at);
    const source = new AudioBufferSourceNode(context, { buffer: this.buffer(drum, context) });
    const gain = new GainNode(context, { gain: velocityGain(velocity) });
    source.connect(gain).connect(node);
    const stroke = { drum, source, gain, time: at, note: origin?.note };
    this.strokes.add(stroke);
    source.onended = () => {
      this.strokes.delete(stroke);
      gain.disconnect();
    };
    source.start(at);
  }

  /** A stroke rings as long as it rings; one that was to begin later than its note-off does not begin. */
  noteOff(_pitch: number, time = 0, origin?: NoteOrigin): void {
    if (origin?.note === undefined) return;
    const at = Math.max(time, this.currentTime);
    for (const stroke of this.strokes)
      if (stroke.note === origin.note && stroke.time > at) this.fade(stroke, at);
  }

  allNotesOff(): void {
    const now = this.context?.currentTime ?? 0;
    for (const stroke of this.strokes) this.fade(stroke, now);
  }

  /** @param gain linear */
  setVolume(gain: number): void {
    this.output.setVolume(gain);
  }

  dispose(): void {
    this.allNotesOff();
    this.output.dispose();
  }

  private choke(drum: Drum, at: number): void {
    for (const stroke of this.strokes) if (stroke.drum === drum && stroke.time < at) this.fade(stroke, at);
  }

  private fade({ source, gain, time }: Stroke, at: number): void {
    if (time >= at) source.stop();
    else {
      gain.gain.setTargetAtTime(0, at, CHOKE);
      source.stop(at + 8 * CHOKE);
    }
  }

  /** Before the first stroke, which would be late by the time it takes; one drum a task, so that the page goes on. */
  private async renderAll(context: BaseAudioContext): Promise<void> {
    for (const drum of [...DRUMS, ...WOOD_BLOCKS]) {
      await new Promise((resolve) => setTimeout(resolve));
      this.buffer(drum, context);
    }
  }

  private buffer(drum: Drum, context: BaseAudioContext): AudioBuffer {
    let buffer = this.buffers.get(drum);
    if (!buffer) {
      const samples = renderDrum(drum, context.sampleRate);
      buffer = new AudioBuffer({ length: samples.length, sampleRate: context.sampleRate });
      buffer.copyToChannel(samples as Float32Array<ArrayBuffer>, 0);
      this.buffers.set(drum, buffer);
    }
    return buffer;
  }
}
