/** Plays whole sequences on one receiver of MIDI messages: notes with their programs, drums, controllers and bends. */
import { GeneralMidi } from '../midi/general-midi.js';
import type { MidiSender } from '../midi/outputs.js';
import type { NoteSequence } from '../music/note-sequence.js';
import { Controllers } from './controllers.js';
import { inSeconds } from './played-notes.js';
import { SequencePlayer, type NoteTarget } from './sequence-player.js';

export class GeneralMidiPlayer extends SequencePlayer {
  private readonly receiver: GeneralMidi;
  private readonly controllers: Controllers;

  /** @param clock on which the port counts the times of messages */
  constructor(port: MidiSender, clock: { readonly currentTime: number }) {
    const receiver = new GeneralMidi(port, clock);
    super(clock, (note) => receiver.channelOf(note));
    this.receiver = receiver;
    this.controllers = new Controllers(receiver);
    this.followers.add(this.controllers);
  }

  override set sequence(sequence: NoteSequence) {
    const played = inSeconds(sequence);
    // While it plays, what sounds keeps its channel.
    if (!this.playing) this.receiver.forgetParts();
    this.controllers.sequence = played;
    super.sequence = played;
  }
  override get sequence(): NoteSequence | undefined {
    return super.sequence;
  }

  /**
   * The receiver as an instrument, for notes that are played by hand or by another player.
   * @param program General MIDI program, 0 to 127
   */
  part({
    program = 0,
    isDrum = false,
  }: { readonly program?: number; readonly isDrum?: boolean } = {}): NoteTarget {
    // Beside the tracks of a piece, which are counted from 0.
    return this.receiver.channelOf({ instrument: -1, program, isDrum });
  }
}
