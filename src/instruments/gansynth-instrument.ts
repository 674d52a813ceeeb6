/** GANSynth as an instrument. */
import { pitchOfFrequency } from '../audio/frequency.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { mixCorners, sampleLatent } from '../latent/latent.js';
import { LATENT_SIZE, MAX_PITCH, MIN_PITCH } from '../models/gansynth/config.js';
import { acquireGANSynthPool, type GANSynthPool } from '../models/gansynth/note-pool.js';
import type { GANSynthJob } from '../models/gansynth/protocol.js';
import { STARTER_NOTES } from '../checkpoints/shipped/gansynth.js';
import { shown } from '../errors/check-arguments.js';
import { starterNotes } from './starter-notes.js';
import type { OpenAudio } from './audio-output.js';
import { TimbreInstrument, type InstrumentOptions } from './timbre-instrument.js';
import type { TimbreModel } from './timbre-model.js';

const MIDDLE_C = 60;
/**
 * The keys at which a random timbre is heard before it is taken, the most telling first. Of 60 seeds in tune at middle C 79 % of the keys from C2 to
 * C6 were in tune, 22 % at the worst; of those in tune at all of these, a quarter of the seeds, 95 % and 73 %.
 */
const HEARD_KEYS = [67, 72, 60, 48];
/** The share of a note's frames that have to agree on its fundamental, and by how much that may be off, semitones. */
const LEAST_CONFIDENCE = 0.85;
const OFF_KEY = 0.5;

export const GANSYNTH: TimbreModel<GANSynthJob, GANSynthPool> = {
  pitches: [MIN_PITCH, MAX_PITCH],
  latentSize: LATENT_SIZE,
  corners: ['flute', 'french horn', 'electric piano', 'strings'],
  load: acquireGANSynthPool,
  mix: mixCorners,
  random: (seed) => sampleLatent(seed, LATENT_SIZE),
  job: (note, latent) => ({ ...note, latent }),
  starter: () => starterNotes(STARTER_NOTES),
};

/** Plays GANSynth: see {@link TimbreInstrument}. A timbre is a latent, [256]. */
export class GANSynthInstrument extends TimbreInstrument<GANSynthJob, GANSynthPool> {
  constructor(options?: InstrumentOptions, openAudio?: OpenAudio) {
    super(GANSYNTH, options, openAudio);
  }

  /** Some points of the latent space are noise, or another key than the one that is pressed, over the whole keyboard or over a part of it. */
  protected override async isTone(seed: string): Promise<boolean> {
    await this.load();
    const { pool } = this.asked();
    const latent = sampleLatent(seed, LATENT_SIZE);
    for (const pitch of HEARD_KEYS) {
      const note = { latent, pitch };
      const { frequency, confidence } = await pool.ask(({ client }) => client.call('fundamental', note));
      const inTune =
        confidence >= LEAST_CONFIDENCE && Math.abs(pitchOfFrequency(frequency) - pitch) < OFF_KEY;
      if (!inTune) return false;
    }
    return true;
  }

  /**
   * Renders a note of the current timbre, without playing it. Loads the network, where it is not there.
   * @param pitch MIDI, 24 to 84
   * @returns 64000 samples at 16 kHz
   * @throws PITCH_RANGE, CHECKPOINT_*, ABORTED
   */
  async renderNote(pitch = MIDDLE_C, signal?: AbortSignal): Promise<Float32Array> {
    if (!(Number.isInteger(pitch) && pitch >= MIN_PITCH && pitch <= MAX_PITCH)) {
      throw new TimbrelError(
        'PITCH_RANGE',
        `pitch is ${shown(pitch)}; GANSynth renders MIDI pitches from ${MIN_PITCH} to ${MAX_PITCH}`,
      );
    }
    await this.load({ signal });
    const { pool, job } = this.asked(pitch);
    const note = { latent: job.latent, pitch };
    return pool.ask(({ client }) => client.call('generate', note, { signal }));
  }

  /** The network's image of the current timbre at `pitch`, for `<rainbow-gram>`: 128 x 1024 x 2. */
  async spectrogram(pitch?: number, signal?: AbortSignal): Promise<Float32Array> {
    const { pool, job } = this.asked(pitch);
    const note = { latent: job.latent, pitch: job.pitch };
    return pool.ask(({ client }) => client.call('spectrogram', note, { signal }));
  }
}
