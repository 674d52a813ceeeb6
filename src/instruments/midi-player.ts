/** Plays any sequence on a MIDI output, whole: programs, drums, pedals, bends, and the clock where it is asked for. */
import { midiClock, openMidiOutput, type MidiSender } from '../midi/outputs.js';
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { GeneralMidiPlayer } from './general-midi-player.js';
import { MidiClock } from './midi-clock.js';

export interface MIDIPlayerOptions {
  /** Sends MIDI clock: 24 ticks a quarter, start, stop, continue and song position. Default: false. */
  readonly clock?: boolean;
}

const MIDI_PLAYER_OPTIONS: OptionNames<MIDIPlayerOptions> = { clock: true };

export class MIDIPlayer extends GeneralMidiPlayer {
  /** @param port an output of webmidi, or whatever takes messages with times in ms of `performance.now()` */
  constructor(port: MidiSender, options?: MIDIPlayerOptions) {
    super(port, midiClock);
    const { clock = false } = checkedOptions(options, MIDI_PLAYER_OPTIONS);
    if (clock) this.followers.add(new MidiClock(port, () => this.sequence));
  }

  /**
   * Asks the reader for MIDI.
   * @param id of `listMidiOutputs()`; left out: the first output
   * @throws OPTION_INVALID where there is no such output, INSECURE_CONTEXT, MIDI_UNSUPPORTED, MIDI_DENIED
   */
  static async open(id?: string, options?: MIDIPlayerOptions): Promise<MIDIPlayer> {
    const checked = checkedOptions(options, MIDI_PLAYER_OPTIONS);
    return new MIDIPlayer(await openMidiOutput(id), checked);
  }
}
