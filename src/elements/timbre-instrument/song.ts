/** A MIDI file that is played on an instrument: the file's drums on a kit beside it. */
import { html, nothing } from 'lit';
import type { AudioNodeLike, SoundListener } from '../../instruments/context.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { PlayableElement } from '../sequence-model/note-destination.js';
import type { Playback } from '../sequence-model/playback.js';

export class Song {
  private constructor(
    readonly name: string,
    readonly playback: Playback,
  ) {}

  /**
   * Reads a file. What reads and plays it is loaded with the first.
   * @param changed it began, stopped, or came to its end
   * @throws MIDI_FILE_INVALID, PRIMER_EMPTY where it has no notes
   */
  static async of(
    file: Blob,
    element: PlayableElement & { readonly destination: AudioNodeLike | null | undefined },
    sound: SoundListener,
    changed: () => void,
  ): Promise<Song> {
    const [{ readMusicFile }, { playedNotes }, { Playback }, { openEnsemble }] = await Promise.all([
      import('../sequence-model/midi-files.js'),
      import('../sequence-model/sketch.js'),
      import('../sequence-model/playback.js'),
      import('../sequence-model/note-destination.js'),
    ]);
    const { name = 'the file' } = file as Partial<File>;
    const notes = playedNotes(await readMusicFile(file));
    if (notes.length === 0) throw new TimbrelError('PRIMER_EMPTY', `There are no notes in ${name}`);
    const open = () => openEnsemble(element, { destination: element.destination ?? undefined, sound });
    const playback = new Playback(open, changed);
    playback.set({ notes, tempo: 1, loop: 0, open: false });
    return new Song(name, playback);
  }

  get playing(): boolean {
    return this.playback.playing;
  }

  /** Plays it from the beginning; call it in a gesture. @throws AUDIO_CONTEXT_* */
  async play(): Promise<void> {
    await this.playback.ready();
    this.playback.play(0);
  }

  stop(): void {
    this.playback.stop();
  }

  close(): void {
    this.playback.close();
  }
}

/** A button that stops the file that plays, and plays it again. */
export function renderSong(song: Song | undefined, act: (song: Song) => void) {
  if (!song) return nothing;
  return html`<button type="button" part="song" class="song" @click=${() => act(song)}>
    ${song.playing ? 'Stop' : 'Play'} ${song.name}
  </button>`;
}
