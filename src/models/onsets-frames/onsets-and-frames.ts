/** Onsets and Frames: piano or drums to notes (Hawthorne et al. 2018, 2019; Callender et al. 2020). */
import type { Source } from '../../checkpoints/resolve-source.js';
import { ONSETS_FRAMES_FILES } from '../../checkpoints/shipped/onsets-frames.js';
import { TimbrelError, throwIfAborted } from '../../errors/timbrel-error.js';
import type { Activations, CheckedThresholds, TranscriptionThresholds } from '../../music/activations.js';
import { checkedThresholds } from '../../music/activations-to-sequence.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import {
  checkCallbacks,
  checkSignal,
  checkedOptions,
  shown,
  type OptionNames,
} from '../../errors/check-arguments.js';
import { WorkerClient } from '../../workers/client.js';
import type { Spawn } from '../../workers/spawn.js';
import {
  LOAD_OPTIONS,
  checkedBackend,
  checkedPrecision,
  type ModelLoadOptions,
  type WeightPrecision,
} from '../load-options.js';
import { resolveModelSource } from '../registry.js';
import { channelsOf, type AudioInput } from '../audio-argument.js';
import type { NewNotes } from '../continuation/written-notes.js';
import type { Floor, Keep, OnsetsAndFramesDescription, OnsetsAndFramesMethods } from './protocol.js';
import { RecordingClient, THRESHOLD_NAMES, type Transcription } from './transcription.js';

export interface OnsetsAndFramesLoadOptions extends ModelLoadOptions {
  /** The precision of the matrices that LSTM steps read; default 'float32'. */
  readonly precision?: WeightPrecision;
  /**
   * Workers that share a recording that is there as a whole: 1, the default, or 2, which hold the network twice. The notes are the same.
   * Sound that still comes has one.
   */
  readonly workers?: 1 | 2;
}

export interface OnsetsAndFramesOptions extends TranscriptionThresholds {
  /** Hz of arrays, default 16000; a decoded buffer has its own. */
  readonly sampleRate?: number;
  /** Under which peak 80 dB are kept; default: what the checkpoint was trained with (`description.floor`). */
  readonly floor?: Floor;
  /** Gives up: the promise rejects with ABORTED. */
  readonly signal?: AbortSignal;
  /** Gets what is new: notes that have ended since the call before, and those that still sound. */
  readonly onNotes?: (news: NewNotes) => void;
  /** Gets the share that is done, 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

const ONSETS_AND_FRAMES_OPTIONS: OptionNames<OnsetsAndFramesOptions> = {
  ...THRESHOLD_NAMES,
  sampleRate: true,
  floor: true,
  signal: true,
  onNotes: true,
  onProgress: true,
};

export interface OnsetsAndFramesBeginOptions extends OnsetsAndFramesOptions {
  /** Notes may come at the end alone: networks that read both ways, and a floor under the whole recording, are then taken too. */
  readonly atEnd?: boolean;
  /** The findings of the network are kept for {@link Transcription.redraw}, some 4 kB for a second of piano. */
  readonly redrawable?: boolean;
}

const DEFAULT_RATE = 16000;
/** Seconds that are sent at once: the worker's memory stays small, and it hears of a cancellation. */
const PIECE_SECONDS = 5;
/** The share of the work that is done when all is sent, where the network reads the whole recording at the end. */
const SENT = 0.1;

export class OnsetsAndFrames {
  private constructor(
    private readonly worker: WorkerClient<OnsetsAndFramesMethods>,
    /** The worker that shares whole recordings. */
    private readonly lender: WorkerClient<OnsetsAndFramesMethods> | undefined,
    /** The model that was loaded: what it hears, how late, where it runs. */
    readonly description: OnsetsAndFramesDescription,
  ) {}

  /**
   * @param source nothing: the piano that the package ships; else a catalogue id, a URL or path of a checkpoint (a magenta.js folder, a
   *   TensorFlow prefix, an archive of one), or dropped files. Its tensors tell magenta.js's, MAESTRO's and E-GMD's drums
   * @param spawn of the worker, in tests
   * @throws CHECKPOINT_*, BACKEND_UNAVAILABLE, ABORTED, WORKER_FAILED, WASM_UNAVAILABLE
   */
  static async load(
    source?: Source,
    options?: OnsetsAndFramesLoadOptions,
    spawn?: Spawn,
  ): Promise<OnsetsAndFrames> {
    const {
      backend,
      precision = 'float32',
      workers = 1,
      signal,
      onProgress,
      ...download
    } = checkedOptions(options, { ...LOAD_OPTIONS, precision: true, workers: true });
    if (workers !== 1 && workers !== 2)
      throw new TimbrelError('OPTION_INVALID', `workers is ${shown(workers)}; expected 1 or 2`);
    const args = {
      source: resolveModelSource('OnsetsAndFrames', source, download, ONSETS_FRAMES_FILES),
      backend: checkedBackend('OnsetsAndFrames', backend, ['wasm', 'cpu']),
      precision: checkedPrecision(precision),
    };
    const worker = new WorkerClient<OnsetsAndFramesMethods>('onsets-frames', spawn);
    const description = await worker.start('load', args, { signal, onProgress });
    if (workers === 1) return new OnsetsAndFrames(worker, undefined, description);
    try {
      // Loaded one after the other: the second finds in the cache what the first downloaded.
      const lender = new WorkerClient<OnsetsAndFramesMethods>('onsets-frames', spawn);
      await lender.start('load', args, { signal });
      const { port1, port2 } = new MessageChannel();
      await lender.call('lend', { port: port2 }, { transfer: [port2] });
      await worker.call('borrow', { port: port1 }, { transfer: [port1] });
      // What waits for rows of a worker that died would wait for ever.
      lender.onFailure = (error) => worker.terminate(error);
      return new OnsetsAndFrames(worker, lender, description);
    } catch (error) {
      worker.terminate();
      throw error;
    }
  }

  /**
   * The notes of a recording, in seconds, in the order in which they end.
   * @param audio of any rate and number of channels, one sample at least
   * @throws OPTION_INVALID, AUDIO_INVALID, ABORTED, DISPOSED
   */
  async transcribe(audio: AudioInput, options?: OnsetsAndFramesOptions): Promise<NoteSequence> {
    const { sequence } = await this.readWhole(audio, options);
    return sequence;
  }

  /**
   * Begins a transcription of sound that still comes. It comes to the same notes as {@link transcribe}, in whatever parts it is written.
   * @throws OPTION_INVALID, STREAMING_UNSUPPORTED
   */
  async begin(options?: OnsetsAndFramesBeginOptions): Promise<Transcription> {
    const { isStreaming, floor: usual } = this.description;
    const names = { ...ONSETS_AND_FRAMES_OPTIONS, atEnd: true, redrawable: true } as const;
    const { floor = usual, atEnd = false, redrawable = false, ...rest } = checkedOptions(options, names);
    const open = () => this.open({ ...rest, floor }, redrawable ? 'redrawing' : undefined, atEnd);
    if (atEnd) return open();
    if (!isStreaming) {
      throw new TimbrelError(
        'STREAMING_UNSUPPORTED',
        'This checkpoint reads recordings in both directions: it can tell nothing before their end. Use transcribe(), or begin({ atEnd: true })',
      );
    }
    if (floor === 'recording') {
      throw new TimbrelError(
        'STREAMING_UNSUPPORTED',
        "With the floor under the peak of the whole recording nothing can be told before its end. Use transcribe(), or floor: 'frame'",
      );
    }
    return open();
  }

  /**
   * The probabilities behind the notes: `pianoRollToSequence` of timbrel/music makes notes of them at any thresholds.
   * @throws as {@link transcribe}
   */
  async activations(audio: AudioInput, options?: OnsetsAndFramesOptions): Promise<Activations> {
    const { activations } = await this.readWhole(audio, options, 'activations');
    if (activations) return activations;
    throw new TimbrelError('INTERNAL', 'The worker sent no activations');
  }

  /**
   * The log-mel spectrogram that the network sees.
   * @returns [frameCount, bins] dB, row-major; bins is 229, for drums 250
   * @throws as {@link transcribe}
   */
  async spectrogram(audio: AudioInput, options?: OnsetsAndFramesOptions): Promise<Float32Array> {
    const { spectrogram } = await this.readWhole(audio, options, 'spectrogram');
    if (spectrogram) return spectrogram;
    throw new TimbrelError('INTERNAL', 'The worker sent no spectrogram');
  }

  /** The worker died, or was disposed of. @internal */
  get ended(): boolean {
    return this.worker.ended;
  }

  /** Frees the worker and all its memory. Work under way is rejected with DISPOSED. */
  dispose(): void {
    this.worker.terminate();
    this.lender?.terminate();
  }

  private async readWhole(audio: AudioInput, options: OnsetsAndFramesOptions | undefined, keep?: Keep) {
    const { onProgress, ...rest } = checkedOptions(options, ONSETS_AND_FRAMES_OPTIONS);
    const sound = channelsOf(audio);
    if (sound.channels[0].length === 0)
      throw new TimbrelError('AUDIO_INVALID', 'The sound is empty: there is nothing to transcribe');
    const recording = this.open(rest, keep, true);
    const share = this.endsWithReading(rest) ? SENT : 1;
    await recording.writeAll(sound, PIECE_SECONDS, (done) => onProgress?.(share * done));
    return recording.finish((done) => onProgress?.(share + (1 - share) * done));
  }

  /** Most of the work comes when the recording is closed. */
  private endsWithReading({ floor = this.description.floor }: OnsetsAndFramesOptions): boolean {
    return !this.description.isStreaming || floor === 'recording';
  }

  private open(options: OnsetsAndFramesOptions, keep: Keep | undefined, whole: boolean): RecordingClient {
    const { sampleRate, floor, signal, onNotes, ...given } = options;
    checkSignal(signal);
    checkCallbacks({ onNotes, onProgress: options.onProgress });
    if (
      sampleRate !== undefined &&
      !(typeof sampleRate === 'number' && sampleRate > 0 && sampleRate < Infinity)
    )
      throw new TimbrelError('OPTION_INVALID', `sampleRate is ${shown(sampleRate)}; expected a number of Hz`);
    if (floor !== undefined && floor !== 'frame' && floor !== 'recording')
      throw new TimbrelError('OPTION_INVALID', `floor is ${shown(floor)}; expected 'frame' or 'recording'`);
    throwIfAborted(signal, 'Transcription');
    const thresholds: CheckedThresholds = checkedThresholds(given);
    return new RecordingClient(this.worker, {
      sampleRate,
      defaultRate: DEFAULT_RATE,
      thresholds,
      floor,
      keep,
      whole,
      signal,
      onNotes,
    });
  }
}
