import { property } from 'lit/decorators.js';
import type { NoteTarget } from '../../instruments/sequence-player.js';
import { ModelElement } from './model-element.js';
import type { Playback } from '../sequence-model/playback.js';

/** Base of the elements that play notes: what a page asks of their playback. */
export abstract class PlayingElement extends ModelElement {
  /** 'none': the primary button of the page is another one, and no button of the element looks like it. */
  @property({ reflect: true }) primary: 'own' | 'none' = 'own';

  protected abstract readonly session: { readonly playback: Playback };

  /** Tells that notes play. */
  get playing(): boolean {
    return this.session.playback.playing;
  }

  /** The place of playback, seconds of the sequence. */
  get position(): number {
    return this.session.playback.position;
  }

  /** The target that plays the notes, once {@link ready}. */
  get target(): NoteTarget | undefined {
    return this.session.playback.target;
  }

  /** Makes it ready to sound; call it in a gesture. @throws OPTION_INVALID, AUDIO_CONTEXT_*, MIDI_* */
  async ready(): Promise<void> {
    await this.session.playback.ready();
  }

  /** Stops what plays. */
  stop(): void {
    this.session.playback.stop();
  }
}
