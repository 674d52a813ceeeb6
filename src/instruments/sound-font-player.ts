/** Plays any sequence on a SoundFont: no network, and every instrument that the file has. */
import { checkedOptions } from '../errors/check-arguments.js';
import { CONTEXT_OUTPUT_OPTIONS, type ContextOutputOptions } from './context-output.js';
import { checkWebAudio, type SoundListener } from './context.js';
import { GeneralMidiPlayer } from './general-midi-player.js';
import { SoundFont, readSoundFont, type SoundFontSource } from './sound-font.js';

export class SoundFontPlayer extends GeneralMidiPlayer {
  private constructor(private readonly font: SoundFont) {
    super(font, font);
  }

  /**
   * @param source a SoundFont (.sf2, .sf3) or DLS file: its address, a File, or its bytes
   * @param listener hears when the sound stops and goes on, and that a note could not bring it back
   * @throws AUDIO_CONTEXT_UNSUPPORTED outside of a browser, SOUND_FONT_UNREACHABLE, SOUND_FONT_INVALID, OPTION_INVALID
   */
  static async load(source: SoundFontSource, listener?: SoundListener): Promise<SoundFontPlayer> {
    checkWebAudio();
    return new SoundFontPlayer(new SoundFont(await readSoundFont(source), listener));
  }

  /**
   * Call it in answer to a click, touch or key, before `play()`. Resolves when the first note would sound.
   * @throws AUDIO_CONTEXT_*, INSECURE_CONTEXT, SOUND_FONT_INVALID, WORKER_FAILED
   */
  async start(options?: ContextOutputOptions): Promise<void> {
    await this.font.start(checkedOptions(options, CONTEXT_OUTPUT_OPTIONS));
  }

  get context(): BaseAudioContext | undefined {
    return this.font.context;
  }

  /** The node that it sounds through, once it was started: for a recorder, an effect, a meter. */
  get output(): GainNode | undefined {
    return this.font.node;
  }

  /** @param gain linear */
  setVolume(gain: number): void {
    this.font.setVolume(gain);
  }

  dispose(): void {
    this.stop();
    this.font.dispose();
  }
}
