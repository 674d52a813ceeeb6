/** Plays a sketch: the sequence player, what it plays on, and where it is. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import {
  FASTEST,
  SHORTEST_LOOP,
  SequencePlayer,
  type NoteTarget,
  type PlayedNote,
} from '../../instruments/sequence-player.js';
import type { NoteDestination } from './note-destination.js';

export interface PlaybackSettings {
  readonly notes: readonly PlayedNote[];
  /** Speed: 1 as written. */
  readonly tempo: number;
  /** Seconds of the sequence at whose end it begins again, 0 to end there. */
  readonly loop: number;
  /** A flag: more notes are to come. */
  readonly open: boolean;
  /** Notes that are replaced while they sound go on until the next begins. */
  readonly legato?: boolean;
}

export class Playback {
  private destination: NoteDestination | undefined;
  private opening: Promise<NoteDestination> | undefined;
  private player: SequencePlayer | undefined;
  private settings: PlaybackSettings = { notes: [], tempo: 1, loop: 0, open: false };
  /** The place to begin at, while there is no player. */
  private from = 0;

  /** @param onChange it began, stopped, or came to its end */
  constructor(
    private readonly open: () => Promise<NoteDestination>,
    private readonly onChange: () => void,
  ) {}

  get playing(): boolean {
    return this.player?.playing ?? false;
  }

  /** Seconds of the sequence. */
  get position(): number {
    return this.player?.position ?? this.from;
  }

  /** The time of the clock that it plays on; 0 before it was opened. */
  get currentTime(): number {
    return this.destination?.clock.currentTime ?? 0;
  }

  get target(): NoteTarget | undefined {
    return this.destination?.target();
  }

  /** Makes it ready to sound; call it in a gesture. @throws as openNoteDestination does */
  async ready(): Promise<void> {
    if (this.destination) return this.destination.resume();
    const opening = (this.opening ??= this.open());
    try {
      const destination = await opening;
      // Closed, or told to play on something else, meanwhile.
      if (this.opening !== opening) return destination.dispose();
      if (this.destination) return;
      this.destination = destination;
      this.player = new SequencePlayer(destination.clock, destination.target);
      for (const type of ['play', 'stop', 'end']) this.player.addEventListener(type, () => this.onChange());
      this.player.seek(this.from);
      this.apply();
    } catch (error) {
      if (this.opening === opening) this.opening = undefined;
      throw error;
    }
  }

  /** Forgets what it plays on, and stops. */
  close(): void {
    this.from = this.position;
    this.player?.stop();
    this.destination?.dispose();
    this.player = this.destination = this.opening = undefined;
  }

  set(settings: PlaybackSettings): void {
    const before = this.settings;
    this.settings = settings;
    this.apply(before);
  }

  play(from: number, at?: number): void {
    this.player?.play({ from, at });
  }

  stop(): void {
    this.player?.stop();
  }

  /** @throws OPTION_INVALID */
  seek(position: number): void {
    if (!Number.isFinite(position)) {
      const message = `position is ${position}; expected seconds of the sequence`;
      throw new TimbrelError('OPTION_INVALID', message);
    }
    if (this.player) this.player.seek(position);
    else this.from = position;
  }

  private apply(before?: PlaybackSettings): void {
    const { player } = this;
    if (!player) return;
    const { notes, tempo, loop, open, legato = false } = this.settings;
    Object.assign(player, { open, legato });
    // A file may have a bar of no length, or a tempo of next to nothing: what cannot be played so is played as near as can be.
    if (tempo !== before?.tempo) player.tempo = Math.min(FASTEST, tempo);
    if (loop !== before?.loop) player.loop = loop >= SHORTEST_LOOP ? [0, loop] : undefined;
    if (notes !== before?.notes) player.notes = notes;
  }
}
