/** The page's end of a recording that is being transcribed. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { CheckedThresholds, TranscriptionThresholds } from '../../music/activations.js';
import { checkedThresholds } from '../../music/activations-to-sequence.js';
import type { Note, NoteSequence } from '../../music/note-sequence.js';
import { checkCallbacks, checkedOptions, type OptionNames } from '../../errors/check-arguments.js';
import type { WorkerClient } from '../../workers/client.js';
import { channelsOf, type AudioInput } from '../audio-argument.js';
import type { NewNotes } from '../continuation/written-notes.js';
import { LEAST_REDRAWN, type Floor, type Heard, type Keep, type OnsetsAndFramesMethods } from './protocol.js';

/** Sound that comes in parts, transcribed while it comes. */
export interface Transcription {
  /**
   * Takes the next part in, of any length.
   * @returns all notes so far; those that have not ended come last, and end where what is known ends
   * @throws OPTION_INVALID, AUDIO_INVALID (and then nothing of the part was taken in), ABORTED, DISPOSED
   */
  write(audio: AudioInput): Promise<NoteSequence>;
  /**
   * Tells the rest.
   * @param options onProgress: gets the share of what was left to compute that is done, 0 to 1
   * @returns all notes
   * @throws ABORTED, DISPOSED
   */
  close(options?: { readonly onProgress?: (done: number) => void }): Promise<NoteSequence>;
  /**
   * Finds the notes anew with other thresholds, which hold from then on, also after `close`; the network does not run again. Needs
   * `begin({ redrawable: true })`.
   * @param thresholds each 0.05 to 1, those of ends 0 too
   * @returns all notes so far
   * @throws OPTION_INVALID, DISPOSED
   */
  redraw(thresholds: TranscriptionThresholds): Promise<NoteSequence>;
  /** So many notes, the first of the latest sequence, have ended. */
  readonly endedCount: number;
  /** Seconds that the worker has computed for it: over those of the sound, the share of one core that it takes. */
  readonly computing: number;
  /** Forgets it; one that is redrawable is kept until then. */
  dispose(): void;
}

export const THRESHOLD_NAMES: OptionNames<TranscriptionThresholds> = {
  onsetThreshold: true,
  frameThreshold: true,
  offsetThreshold: true,
};

export interface RecordingClientOptions {
  /** Hz of parts that do not say their own. */
  readonly sampleRate: number | undefined;
  readonly defaultRate: number;
  readonly thresholds: CheckedThresholds;
  readonly floor: Floor | undefined;
  readonly keep: Keep | undefined;
  readonly whole: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onNotes: ((news: NewNotes) => void) | undefined;
}

type Sound = ReturnType<typeof channelsOf>;

/** Copies of a part, which can be transferred: to clone a view would send all of what it is a view of. */
const copiedPart = ({ channels }: Sound, from: number, to: number): Float32Array<ArrayBuffer>[] =>
  channels.map((channel) => Float32Array.from(channel.subarray(from, to)));

export class RecordingClient implements Transcription {
  private ended: Note[] = [];
  private sampleRate: number | undefined;
  /** The worker's number of it: given when its rate is known. */
  private recording: Promise<number> | undefined;
  private closed = false;
  private disposed = false;
  private computed = 0;

  constructor(
    private readonly worker: WorkerClient<OnsetsAndFramesMethods>,
    private readonly options: RecordingClientOptions,
  ) {}

  async write(audio: AudioInput): Promise<NoteSequence> {
    this.checkOpen();
    const sound = channelsOf(audio);
    const recording = this.opened(sound);
    const heard = await this.send(await recording, copiedPart(sound, 0, sound.channels[0].length));
    const sequence = this.take(heard);
    this.tell(heard);
    return sequence;
  }

  async close(options?: { readonly onProgress?: (done: number) => void }): Promise<NoteSequence> {
    const { onProgress } = checkedOptions(options, { onProgress: true });
    checkCallbacks({ onProgress });
    const { sequence } = await this.finish(onProgress);
    return sequence;
  }

  async redraw(thresholds: TranscriptionThresholds): Promise<NoteSequence> {
    if (this.options.keep !== 'redrawing')
      throw new TimbrelError('OPTION_INVALID', 'Nothing was kept to redraw: begin({ redrawable: true })');
    const checked = checkedThresholds(checkedOptions(thresholds, THRESHOLD_NAMES));
    const { offsetThreshold, ...least } = checked;
    for (const [name, value] of Object.entries(offsetThreshold > 0 ? checked : least)) {
      if (value >= LEAST_REDRAWN) continue;
      const expected = `${LEAST_REDRAWN} to 1: what is less likely is not kept`;
      throw new TimbrelError('OPTION_INVALID', `${name} is ${value}; expected a number from ${expected}`);
    }
    this.checkThere();
    const recording = await this.opened();
    const { ended, ...rest } = await this.worker.call('redraw', { recording, thresholds: checked });
    this.ended = [...ended];
    return this.take({ ...rest, ended: [] });
  }

  get endedCount(): number {
    return this.ended.length;
  }

  get computing(): number {
    return this.computed;
  }

  dispose(): void {
    if (this.disposed) return;
    this.closed = this.disposed = true;
    this.recording?.then((recording) => this.worker.call('abandon', { recording })).catch(() => {});
  }

  /** Writes audio in pieces of so many seconds, one after the other. */
  async writeAll(sound: Sound, seconds: number, onPiece: (done: number) => void): Promise<void> {
    const recording = await this.opened(sound);
    const [{ length }] = sound.channels;
    const piece = Math.ceil(seconds * (this.sampleRate ?? 0));
    for (let from = 0; from < length; from += piece) {
      const heard = await this.send(recording, copiedPart(sound, from, from + piece));
      this.take(heard);
      if (heard.ended.length > 0) this.tell(heard);
      onPiece(Math.min(1, (from + piece) / length));
    }
  }

  /** Closes it. */
  async finish(onProgress?: (done: number) => void) {
    this.checkOpen();
    this.closed = true;
    const recording = await this.opened();
    const { signal } = this.options;
    const heard = await this.worker.call('close', { recording }, { signal, onPart: onProgress });
    const sequence = this.take(heard);
    this.tell(heard);
    onProgress?.(1);
    return { sequence, activations: heard.activations, spectrogram: heard.spectrogram };
  }

  private async send(recording: number, channels: Float32Array<ArrayBuffer>[]): Promise<Heard> {
    const transfer = channels.map(({ buffer }) => buffer);
    try {
      return await this.worker.call(
        'write',
        { recording, channels },
        { signal: this.options.signal, transfer },
      );
    } catch (error) {
      if (error instanceof TimbrelError && error.code === 'ABORTED') this.abandon(recording);
      throw error;
    }
  }

  private abandon(recording: number): void {
    this.closed = this.disposed = true;
    this.worker.call('abandon', { recording }).catch(() => {});
  }

  private opened(sound?: Sound): Promise<number> {
    const { sampleRate, defaultRate, thresholds, floor, keep, whole, signal } = this.options;
    const rate = sound?.sampleRate;
    if (rate !== undefined && this.sampleRate !== undefined && rate !== this.sampleRate) {
      throw new TimbrelError(
        'OPTION_INVALID',
        `A part has ${rate} Hz, and those before it ${this.sampleRate}: a recording has one rate`,
      );
    }
    this.sampleRate ??= rate ?? sampleRate ?? defaultRate;
    this.recording ??= this.worker.call(
      'begin',
      { sampleRate: this.sampleRate, thresholds, floor, keep, whole },
      { signal },
    );
    return this.recording;
  }

  private take(heard: Heard): NoteSequence {
    this.computed += heard.computing;
    this.ended.push(...heard.ended);
    return { notes: [...this.ended, ...heard.sounding], totalTime: heard.seconds };
  }

  private tell({ ended, sounding, seconds }: Heard): void {
    this.options.onNotes?.({ notes: ended, sounding, totalTime: seconds });
  }

  private checkThere(): void {
    if (!this.disposed) return;
    throw new TimbrelError('DISPOSED', 'This transcription was disposed or given up; begin another');
  }

  private checkOpen(): void {
    if (!this.closed) return;
    throw new TimbrelError('DISPOSED', 'This transcription was closed or given up; begin another');
  }
}
