/** NSynth as an instrument: named timbres and sounds of the player's own at the corners of one pad. */
import { TimbrelError } from '../errors/timbrel-error.js';
import { checkedAudio, type AudioInput } from '../models/audio-argument.js';
import { nsynthPools, type NSynthPool } from '../models/nsynth/note-pool.js';
import type { EmbeddedSound, EmbeddingPart, LiveTimbreFacts, NSynthJob } from '../models/nsynth/protocol.js';
import {
  BANK_SIZE,
  OWN_KEY,
  PITCHES,
  mixBanks,
  movedBank,
  randomBank,
  rowOf,
} from '../models/nsynth/timbre-bank.js';
import { checkCallbacks, checkedOptions, shown, type OptionNames } from '../errors/check-arguments.js';
import type { Spawn } from '../workers/spawn.js';
import type { OpenAudio } from './audio-output.js';
import type { LoadingOptions } from './network-slot.js';
import { packLatent, unpackLatent } from './packed-latent.js';
import type { Patch, SoundCorner } from './patch.js';
import { TimbreInstrument, type InstrumentOptions } from './timbre-instrument.js';
import type { TimbreModel } from './timbre-model.js';

export interface NSynthEmbedOptions {
  /** The sound is called so at its corner. */
  readonly name?: string;
  /** Hz, of arrays; default 16000. */
  readonly sampleRate?: number;
  /** MIDI pitch of the sound, where it is known; null: it has none. Left out, it is found. */
  readonly pitch?: number | null;
  /** Gets the share that is done, 0 to 1. */
  readonly onProgress?: (done: number) => void;
  /**
   * Gets the sound as soon as it can be played: as it was heard at its own key, which every key plays. It comes after a fraction of the
   * time; put its corner in the place of the other when the promise resolves, and what sounds cross-fades to it.
   */
  readonly onPlayable?: (sound: HeardSound) => void;
  /** Gives up, wherever it is: the promise rejects with ABORTED, and nothing is called any more. */
  readonly signal?: AbortSignal;
}

const EMBED_OPTIONS: OptionNames<NSynthEmbedOptions> = {
  name: true,
  sampleRate: true,
  pitch: true,
  onProgress: true,
  onPlayable: true,
  signal: true,
};

export interface HeardSound {
  /** The sound as a corner: `setCorners` takes it. */
  readonly corner: SoundCorner;
  /** Seconds of it that were heard, from its onset on. */
  readonly seconds: number;
  /** It went on, and the rest was left out. */
  readonly cut: boolean;
}

export interface NSynthPatch extends Patch {
  readonly stretch: number;
}

/** Seconds of a sound in which its onset is looked for; what comes later is not sent to the worker. */
const HEARD_SECONDS = 30;
/** Factors of the length over which a note unfolds. */
export const STRETCHES = [0.25, 4] as const;

const pools = nsynthPools();

/** @param stretch the length over which notes unfold, as it is when they are rendered */
const nsynth = (load: typeof pools, stretch: () => number): TimbreModel<NSynthJob, NSynthPool> => ({
  pitches: PITCHES,
  latentSize: BANK_SIZE,
  corners: ['flute', 'trumpet', 'electric piano', 'strings'],
  load,
  mix: mixBanks,
  random: randomBank,
  job: (note, latent) => ({ ...note, row: rowOf(latent, note.pitch), stretch: stretch() }),
  live: {
    connect: (pool, { page, audio }) =>
      pool.ask(({ client }) => client.call('live', { page, audio }, { transfer: [page, audio] })),
    timbre: (latent): LiveTimbreFacts => ({ latent, stretch: stretch() }),
  },
});

/** Plays NSynth: see {@link TimbreInstrument}. A timbre is a bank of embeddings over the keyboard, [61, 40, 16]. */
export class NSynthInstrument extends TimbreInstrument<NSynthJob, NSynthPool> {
  private readonly unfolding: { stretch: number };

  /** @param spawn starts the workers, in tests */
  constructor(options?: InstrumentOptions, openAudio?: OpenAudio, spawn?: Spawn) {
    const unfolding = { stretch: 1 };
    const load = spawn ? nsynthPools(spawn) : pools;
    super(
      nsynth(load, () => unfolding.stretch),
      options,
      openAudio,
    );
    this.unfolding = unfolding;
  }

  /**
   * Makes a timbre of a sound: cut to its onset, its pitch found, re-pitched to every key and encoded there, at its own first, which
   * can be played before the others are there. Notes that are held are rendered meanwhile. The network is loaded first, where it is not.
   * @param audio of any rate and number of channels; its first seconds count
   * @throws AUDIO_INVALID for silence, less than a tenth of a second, and what is no number; OPTION_INVALID, PITCH_RANGE, CHECKPOINT_*,
   *   ABORTED
   */
  async embed(audio: AudioInput, options?: NSynthEmbedOptions): Promise<HeardSound> {
    const given = checkedOptions(options, EMBED_OPTIONS);
    const { name = 'sound', sampleRate, pitch, onProgress, onPlayable, signal } = given;
    checkCallbacks({ onProgress, onPlayable });
    if (typeof name !== 'string' || name === '')
      throw new TimbrelError('OPTION_INVALID', `name is ${shown(name)}; expected a text`);
    if (pitch !== undefined && pitch !== null && !(pitch >= 0 && pitch <= 127))
      throw new TimbrelError(
        'PITCH_RANGE',
        `pitch is ${shown(pitch)}; expected a MIDI pitch, 0 to 127, or null`,
      );
    const checked = checkedAudio(audio, sampleRate);
    const most = Math.ceil(HEARD_SECONDS * checked.sampleRate);
    // Sliced, not seen through a window: the whole buffer would be sent.
    const channels = checked.channels.map((channel) =>
      channel.length > most ? channel.slice(0, most) : channel,
    );
    await this.load({ signal });
    const { pool } = this.asked();
    const args = { audio: { channels, sampleRate: checked.sampleRate }, pitch };
    const heard = ({ bank, pitch: found, seconds, cut }: EmbeddedSound): HeardSound => ({
      corner: { sound: { name, pitch: found, latent: packLatent(bank) } },
      seconds,
      cut: cut || channels[0] !== checked.channels[0],
    });
    const onPart = ({ done, first }: EmbeddingPart) => {
      if (first) onPlayable?.(heard(first));
      if (!signal?.aborted) onProgress?.(done);
    };
    return heard(await pool.ask(({ client }) => client.call('embed', args, { signal, onPart })));
  }

  /** The image of the current timbre at `pitch`, the first 4 s of a note, for `<rainbow-gram>`: 128 x 1024 x 2. */
  async spectrogram(pitch?: number, signal?: AbortSignal): Promise<Float32Array> {
    const { pool, job } = this.asked(pitch);
    const note = { row: job.row, pitch: job.pitch, stretch: job.stretch };
    return pool.ask(({ client }) => client.call('spectrogram', note, { signal }));
  }

  /** The length over which a note unfolds, as a factor: 2 is half as fast. Its pitch stays. */
  get stretch(): number {
    return this.unfolding.stretch;
  }

  /** Notes that sound cross-fade to it. @throws OPTION_INVALID */
  setStretch(stretch: number): void {
    checkStretch(stretch);
    if (stretch === this.stretch) return;
    const before = this.stretch;
    this.unfolding.stretch = stretch;
    // What was rendered with another stretch is another timbre.
    this.setCorners(this.corners);
    this.tellSetting('stretch', [before], [stretch]);
  }

  override get patch(): NSynthPatch {
    return { ...super.patch, stretch: this.stretch };
  }

  override async restore(patch: unknown, options?: LoadingOptions): Promise<void> {
    const { stretch = 1 } = (typeof patch === 'object' && patch !== null ? patch : {}) as {
      stretch?: number;
    };
    checkStretch(stretch, 'PATCH_INVALID');
    await super.restore(patch, options);
    this.setStretch(stretch);
  }
}

/** The same sound with its pitch corrected: each key plays what belongs to it now. @param pitch MIDI; null: it has none */
export function correctedSound({ sound }: SoundCorner, pitch: number | null): SoundCorner {
  const bank = unpackLatent(sound.latent, BANK_SIZE) ?? new Float32Array(BANK_SIZE);
  const semitones = Math.round((pitch ?? OWN_KEY) - (sound.pitch ?? OWN_KEY));
  return { sound: { ...sound, pitch, latent: packLatent(movedBank(bank, semitones)) } };
}

/** @throws OPTION_INVALID, or PATCH_INVALID of a patch */
function checkStretch(stretch: number, code: 'OPTION_INVALID' | 'PATCH_INVALID' = 'OPTION_INVALID'): void {
  const [least, most] = STRETCHES;
  if (Number.isFinite(stretch) && stretch >= least && stretch <= most) return;
  throw new TimbrelError(code, `stretch is ${shown(stretch)}; expected a factor from ${least} to ${most}`);
}
