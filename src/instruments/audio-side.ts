/**
 * The audio side of an instrument, from before there is one: what is sent waits until the audio thread listens, and what is played until
 * it can be heard. While something sounds the audio thread is asked how it is doing.
 */
import type { TimbrelError } from '../errors/timbrel-error.js';
import type { VoiceCommand, VoiceReport } from '../messages/voice-processor.js';
import type { AudioOutput } from './audio-output.js';
import { isAsleep } from './context.js';
import { EarlyCommands, isPlayedNow } from './early-commands.js';

const REPORT_MS = 100;
/** A note that was just asked for may still be on its way to the audio thread, ms. */
const LEAST_WATCH_MS = 1000;

export interface AudioSideListener {
  /** The audio thread listens, and has had what waited for it. */
  listens(): void;
  /** The context began to run, or stopped. */
  state(running: boolean): void;
  report(report: VoiceReport): void;
  /** A context that stopped could not be brought back for a note. */
  failed(error: TimbrelError): void;
  /** Keys are held: the audio thread is asked on, though nothing sounds yet. */
  isHeld(): boolean;
}

export class AudioSide {
  /** Its context, level and ways out; undefined before it is started. */
  output: AudioOutput | undefined;
  private starting: Promise<void> | undefined;
  private ready = false;
  private readonly early = new EarlyCommands();
  private reportTimer: ReturnType<typeof setInterval> | undefined;
  private watchedSince = 0;

  constructor(private readonly listener: AudioSideListener) {}

  get context(): BaseAudioContext | undefined {
    return this.output?.context;
  }

  /** The audio thread listens. */
  get isReady(): boolean {
    return this.ready;
  }

  /**
   * Opens it, unless that was done, and brings its context to run.
   * @param open is called before anything is waited for: some browsers start sound only while the gesture's own handler runs
   */
  async start(open: () => AudioOutput): Promise<void> {
    this.starting ??= this.begin(open).catch((error) => {
      this.starting = undefined;
      throw error;
    });
    await this.starting;
    await this.output?.resume();
  }

  /** Sends a command, now or as soon as it can be heard. */
  send(command: VoiceCommand): void {
    const { output } = this;
    const context = this.ready ? output?.context : undefined;
    if (context && !(isAsleep(context) && isPlayedNow(command, context.currentTime)))
      return output?.send(command);
    if (context) this.early.forget();
    this.early.add(command);
  }

  /** Hands something over that only an audio thread that listens can take. */
  hand(command: VoiceCommand, transfer: Transferable[]): void {
    this.output?.send(command, transfer);
  }

  /** Asks the audio thread how it is doing while something sounds. */
  watch(): void {
    this.watchedSince = performance.now();
    this.reportTimer ??= setInterval(() => {
      const { output } = this;
      // One that was asked before the notes are there would say that nothing sounds, and end this.
      if (output && this.ready && !isAsleep(output.context)) output.send({ type: 'requestReport' });
    }, REPORT_MS);
  }

  dispose(): void {
    this.endWatch();
    this.output?.dispose();
  }

  private async begin(open: () => AudioOutput): Promise<void> {
    const output = (this.output = open());
    output.onReport = (report) => this.onReport(report);
    output.onState = (running) => {
      if (running && this.ready) {
        this.early.forget();
        this.sendEarly(output);
      }
      this.listener.state(running);
    };
    output.onFailure = (error) => this.listener.failed(error);
    try {
      await output.ready;
    } catch (error) {
      this.output = undefined;
      output.dispose();
      throw error;
    }
    this.ready = true;
    this.sendEarly(output);
    this.listener.listens();
  }

  /** Plays what waited for the sound, as soon as it can be heard. */
  private sendEarly(output: AudioOutput): void {
    for (const command of this.early.take(output.context.currentTime, isAsleep(output.context))) {
      output.send(command);
      if (command.type === 'noteOn') this.watch();
    }
  }

  private onReport(report: VoiceReport): void {
    this.listener.report(report);
    if (report.type === 'missing') return;
    const isLong = performance.now() - this.watchedSince > LEAST_WATCH_MS;
    if (isLong && report.activeVoices === 0 && !this.listener.isHeld()) this.endWatch();
  }

  private endWatch(): void {
    clearInterval(this.reportTimer);
    this.reportTimer = undefined;
  }
}
