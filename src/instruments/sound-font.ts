/** A SoundFont as a receiver of MIDI messages: spessasynth, which is loaded when the first one is started, and not before. */
import { TimbrelError } from '../errors/timbrel-error.js';
import type { MidiSender } from '../midi/outputs.js';
import { ContextOutput, type ContextOutputOptions } from './context-output.js';
import type { SoundListener } from './context.js';
import type { WorkletSynthesizer } from 'spessasynth_lib';

/** An address, a file that was dropped or chosen, or what is in it. */
export type SoundFontSource = string | URL | Blob | ArrayBuffer | Uint8Array;

const VOLUME = 0.8;

/** @throws SOUND_FONT_UNREACHABLE, SOUND_FONT_INVALID */
export async function readSoundFont(source: SoundFontSource): Promise<ArrayBuffer> {
  const bytes = await bytesOf(source);
  const text = (from: number) => String.fromCharCode(...new Uint8Array(bytes.slice(from, from + 4)));
  if (text(0) !== 'RIFF' || !['sfbk', 'DLS '].includes(text(8)))
    throw invalid('it does not begin as SoundFonts (.sf2, .sf3) and DLS files do');
  return bytes;
}

async function bytesOf(source: SoundFontSource): Promise<ArrayBuffer> {
  if (source instanceof ArrayBuffer) return source;
  // The synthesizer takes the buffer to its own thread: the caller keeps his.
  if (source instanceof Uint8Array) return source.slice().buffer;
  if (source instanceof Blob) return source.arrayBuffer();
  if (typeof source !== 'string' && !(source instanceof URL))
    throw new TimbrelError(
      'OPTION_INVALID',
      `source is ${String(source)}; expected an address, a File, or the bytes of a SoundFont`,
    );
  const unreachable = (reason: string, cause?: unknown) =>
    new TimbrelError('SOUND_FONT_UNREACHABLE', `The SoundFont ${source} could not be fetched: ${reason}`, {
      cause,
    });
  try {
    const response = await fetch(source);
    if (!response.ok) throw unreachable(`the server answered ${response.status}`);
    return await response.arrayBuffer();
  } catch (error) {
    if (error instanceof TimbrelError) throw error;
    throw unreachable(
      'no connection, or the server does not allow reading from this page (Access-Control-Allow-Origin)',
      error,
    );
  }
}

const invalid = (reason: string, cause?: unknown) =>
  new TimbrelError('SOUND_FONT_INVALID', `This is no SoundFont: ${reason}`, { cause });

export class SoundFont implements MidiSender {
  private readonly output: ContextOutput;
  private synthesizer: WorkletSynthesizer | undefined;
  private opening: Promise<void> | undefined;

  /** @param bytes of a SoundFont, which go to the audio thread @param listener hears when the sound stops and goes on */
  constructor(
    private bytes: ArrayBuffer | undefined,
    listener?: SoundListener,
  ) {
    this.output = new ContextOutput(VOLUME, listener);
  }

  /** Call it in answer to a click, touch or key. @throws AUDIO_CONTEXT_*, INSECURE_CONTEXT, SOUND_FONT_INVALID, WORKER_FAILED */
  async start(options: ContextOutputOptions = {}): Promise<void> {
    const gain = this.output.open(options);
    await Promise.all([this.output.resume(), (this.opening ??= this.open(gain))]);
  }

  get context(): BaseAudioContext | undefined {
    return this.output.context;
  }

  /** The node that it sounds through, once it was started. */
  get node(): GainNode | undefined {
    return this.output.node;
  }

  /** Seconds of the context; 0 before it is started. */
  get currentTime(): number {
    return this.output.context?.currentTime ?? 0;
  }

  /** @param options.time ms of the context */
  send(message: number[], { time = 0 }: { readonly time?: number } = {}): void {
    this.output.wake();
    this.synthesizer?.sendMessage(message, 0, { time: time / 1000 });
  }

  /** @param gain linear */
  setVolume(gain: number): void {
    this.output.setVolume(gain);
  }

  dispose(): void {
    this.synthesizer?.destroy();
    this.synthesizer = this.bytes = undefined;
    this.output.dispose();
  }

  private async open(gain: GainNode): Promise<void> {
    const { context } = gain;
    await loadProcessor(context);
    // Written so that only what is used of it is packed.
    const { WorkletSynthesizer } = await import('spessasynth_lib');
    const synthesizer = new WorkletSynthesizer(context, { eventsEnabled: false });
    await synthesizer.isReady;
    const failed = new Promise<never>((_, reject) => {
      synthesizer.eventHandler.addEvent('soundBankError', 'timbrel', (error) =>
        reject(invalid(`the synthesizer says "${error.message}"`, error)),
      );
    });
    if (!this.bytes) throw new TimbrelError('DISPOSED', 'The SoundFont was disposed while its audio started');
    await Promise.race([synthesizer.soundBankManager.addSoundBank(this.bytes, 'main'), failed]);
    this.bytes = undefined;
    synthesizer.connect(gain);
    this.synthesizer = synthesizer;
  }
}

async function loadProcessor(context: BaseAudioContext): Promise<void> {
  try {
    await context.audioWorklet.addModule(new URL('./spessasynth_processor.min.js', import.meta.url).href);
  } catch (cause) {
    throw new TimbrelError(
      'WORKER_FAILED',
      'The audio processor of SoundFonts could not be loaded. Is spessasynth_processor.min.js beside the script, readable from ' +
        'this origin (Access-Control-Allow-Origin), and allowed by the Content-Security-Policy (script-src)?',
      { cause },
    );
  }
}
