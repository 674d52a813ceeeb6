/**
 * A note that is decoded while it sounds: its frames are read off the timbre one after the other, and what the timbre is counts
 * from the next frame on. Its partials run on from frame to frame whatever happens to the timbre, so nothing clicks.
 *
 * It is held in the embedding. What sustains goes back and forth over its held frames, so a vibrato goes on; what decays stays at
 * the last of them, and falls as it fell. A note that is rendered as a whole and has gone through its frames before its key is let go is
 * held so too: {@link heldNote}.
 */
import { octavesOfPitch } from '../../../ops/nsynth/octaves.js';
import { PartialsAndNoise, raise } from '../../../ops/nsynth/partials-and-noise.js';
import type { SpectralStream } from '../../../ops/nsynth/spectral-networks.js';
import { SAMPLE_RATE } from '../config.js';
import { EMBEDDING_SIZE, FRAMES, FRAME_SAMPLES, KEY_UP, KNOTS, atTimes, rowOf } from '../timbre-bank.js';
import { factsOf, type NoteFacts } from './note-facts.js';

/** A timbre as it plays now, with what is known of its notes. */
export class LiveTimbre {
  private readonly facts = new Map<number, NoteFacts>();

  /**
   * @param latent [61 pitches, knots, 16], or what `read` takes
   * @param stretch the length over which notes unfold, as a factor
   * @param read reads the numbers of a pitch
   */
  constructor(
    private readonly latent: Float32Array,
    readonly stretch: number,
    private readonly read: (latent: Float32Array, pitch: number) => Float32Array = rowOf,
  ) {}

  row(pitch: number): Float32Array {
    return this.read(this.latent, pitch);
  }

  /** The facts of a note, if they were asked for before. */
  known(pitch: number): NoteFacts | undefined {
    return this.facts.get(pitch);
  }

  factsOf(begin: () => SpectralStream, pitch: number): NoteFacts {
    const known = this.facts.get(pitch) ?? factsOf(begin, this.row(pitch), pitch);
    this.facts.set(pitch, known);
    return known;
  }
}

/** The last frame that is told before the key is let go, and the first of those that a sustained note goes over when it is held. */
const LAST = Math.max(...KNOTS.filter((knot) => knot < KEY_UP));
const TURN = 40;
/** A note that falls no faster sustains, dB a second. */
const SUSTAINS = 1;
/** A timbre that has changed has half of its way before it after each frame; so have level and decay. */
const LEFT = 0.5;
/** A fall below this is silence, nepers. */
const LOWEST = -14;
const NEPERS_PER_DECIBEL = Math.LN10 / 20;
const FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE;

export class LiveNote {
  private readonly synthesizer = new PartialsAndNoise();
  private readonly stream: SpectralStream;
  private row: Float32Array;
  private facts: NoteFacts;
  /** The frame of the timbre that comes next, between frames where it is stretched. */
  private at = 0;
  private backwards = false;
  private written = 0;
  /** Seconds for which it has been held at its last frame, and behind it. */
  private heldFor = 0;
  /** The way from the timbre as it is to what is heard of it. */
  private readonly behind = new Float32Array(EMBEDDING_SIZE);
  /** Nepers by which it is raised or lowered. */
  private gain: number;
  private fall = 0;

  /**
   * @param begin begins a stream of the decoder
   * @param pitch MIDI, 24 to 84
   * @param keyUp the number of frames after which its key is let go; live notes are let go by their voice
   */
  constructor(
    begin: () => SpectralStream,
    readonly pitch: number,
    private timbre: LiveTimbre,
    private readonly keyUp = Infinity,
  ) {
    this.stream = begin();
    this.row = timbre.row(pitch);
    this.facts = timbre.factsOf(begin, pitch);
    this.gain = this.facts.gain;
  }

  /** Its level is that of another timbre than it has: {@link settle} finds the right one. */
  get unsettled(): boolean {
    return this.timbre.known(this.pitch) !== this.facts;
  }

  /** Goes over to another timbre in what is decoded from now on. */
  change(timbre: LiveTimbre): void {
    if (timbre === this.timbre) return;
    this.goOver(() => {
      this.timbre = timbre;
      this.row = timbre.row(this.pitch);
    });
    const known = timbre.known(this.pitch);
    if (known) this.facts = known;
  }

  /** Finds level and decay of the timbre it has. @param begin begins a stream of the decoder */
  settle(begin: () => SpectralStream): void {
    this.facts = this.timbre.factsOf(begin, this.pitch);
  }

  /** @returns the next 512 samples, mono, 16 kHz */
  next(): Float32Array<ArrayBuffer> {
    for (;;) {
      if (this.written++ === this.keyUp) this.goOver(() => (this.at = KEY_UP));
      const frame = this.read();
      for (let i = 0; i < EMBEDDING_SIZE; i++) frame[i] += this.behind[i];
      frame[0] += octavesOfPitch(this.pitch);
      const { outputs, pitches } = this.stream.write(frame);
      this.advance();
      if (pitches.length === 0) continue;
      raise(outputs, this.gain + this.fall);
      return this.synthesizer.write(outputs, pitches);
    }
  }

  private read(): Float32Array {
    return atTimes(this.row, KNOTS, [this.at]);
  }

  /** Takes a step; the way from what was read before it to what is read after it is gone over the next frames. */
  private goOver(step: () => void): void {
    const before = this.read();
    step();
    this.read().forEach((value, i) => (this.behind[i] += before[i] - value));
  }

  private advance(): void {
    for (let i = 0; i < EMBEDDING_SIZE; i++) this.behind[i] *= LEFT;
    if (this.written > this.keyUp) return void this.at++;
    const { gain, decay } = this.facts;
    this.gain += (1 - LEFT) * (gain - this.gain);
    const fallen = Math.max(LOWEST, -decay * NEPERS_PER_DECIBEL * this.heldFor);
    this.fall += (1 - LEFT) * (fallen - this.fall);
    const step = 1 / this.timbre.stretch;
    const sustains = decay < SUSTAINS;
    if (this.heldFor > 0 || this.at + step > LAST) this.heldFor += FRAME_SECONDS / this.timbre.stretch;
    if (this.backwards && sustains && this.at - step >= TURN) this.at -= step;
    else if (this.at < LAST) [this.backwards, this.at] = [false, Math.min(LAST, this.at + step)];
    else if (sustains) [this.backwards, this.at] = [true, this.at - step];
  }
}

/** Frames between two pauses. */
const PART = 16;

/**
 * A whole note that has gone through its frames before its key is let go.
 * @param begin begins a stream of the decoder
 * @param row [knots, 16]
 * @param stretch below 1
 * @param pause is awaited now and then; it may throw to give up
 * @returns 64000 samples
 */
export async function heldNote(
  begin: () => SpectralStream,
  row: Float32Array,
  pitch: number,
  stretch: number,
  pause: () => Promise<void>,
): Promise<Float32Array<ArrayBuffer>> {
  await pause();
  const note = new LiveNote(begin, pitch, new LiveTimbre(row, stretch, () => row), KEY_UP);
  const samples = new Float32Array(FRAMES * FRAME_SAMPLES);
  for (let frame = 0; frame < FRAMES; frame++) {
    if (frame % PART === 0) await pause();
    samples.set(note.next(), frame * FRAME_SAMPLES);
  }
  return samples;
}
