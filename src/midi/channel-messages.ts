/** MIDI 1.0 channel messages, from bytes to what an instrument does. */

interface OnChannel {
  /** 0-15 */
  readonly channel: number;
}

export type ChannelMessage = OnChannel &
  (
    | { readonly type: 'noteOn'; /** 0-127 */ readonly pitch: number; /** 1-127 */ readonly velocity: number }
    | { readonly type: 'noteOff'; readonly pitch: number }
    | { readonly type: 'pitchBend'; readonly semitones: number }
    | { readonly type: 'sustain'; readonly down: boolean }
    | { readonly type: 'sostenuto'; readonly down: boolean }
    /** A note-off for every note of the channel. */
    | { readonly type: 'allNotesOff' }
    /** Silence at once on the channel, pedals notwithstanding. */
    | { readonly type: 'allSoundOff' }
    | {
        readonly type: 'controlChange';
        /** 0-119 */ readonly controller: number;
        /** 0-127 */ readonly value: number;
      }
  );

const CHANNELS = 16;
/** Bend range until a device sets another, semitones (General MIDI). */
const DEFAULT_BEND_RANGE = 2;
/** Registered parameter 0,0 is the bend range; 127,127 is none. */
const RPN_BEND_RANGE = 0;
const RPN_NONE = 0x3fff;

/** Controllers by number (MIDI 1.0 Detailed Specification, table III). */
const DATA_ENTRY_MSB = 6;
const DATA_ENTRY_LSB = 38;
const SUSTAIN = 64;
const SOSTENUTO = 66;
const SOFT = 67;
const NRPN_LSB = 98;
const NRPN_MSB = 99;
const RPN_LSB = 100;
const RPN_MSB = 101;
const ALL_SOUND_OFF = 120;
const RESET_ALL_CONTROLLERS = 121;
const ALL_NOTES_OFF = 123;

/** What the soft pedal leaves of a velocity: -4 dB by the square law of src/instruments/velocity.ts. */
const SOFTENED = 0.8;

/** What Reset All Controllers resets besides bend and pedals (MIDI recommended practice RP-015): modulation, expression. */
const RESET_VALUES = [
  [1, 0],
  [11, 127],
] as const;

/** The state that the messages of one channel refer to. */
class ChannelState {
  rpn = RPN_NONE;
  /** Semitones and cents of the bend range. */
  coarse = DEFAULT_BEND_RANGE;
  fine = 0;
  /** -1 to 1 */
  bend = 0;
  soft = false;

  get semitones(): number {
    return this.bend * (this.coarse + this.fine / 100);
  }

  /** The bend range stays: it is no controller. */
  reset(): void {
    this.bend = 0;
    this.soft = false;
    this.rpn = RPN_NONE;
  }
}

/**
 * Reads the messages of one port. It keeps, per channel, the bend and its range (registered parameter 0) and the soft pedal.
 * Whatever is no whole channel message (system messages, truncated or impossible bytes) gives nothing.
 */
export class ChannelMessageReader {
  private readonly channels = Array.from({ length: CHANNELS }, () => new ChannelState());

  /** @param bytes one MIDI message, status first */
  read(bytes: ArrayLike<number>): ChannelMessage[] {
    const [status, first, second] = [bytes[0], bytes[1], bytes[2]];
    const kind = status >> 4;
    if (kind < 8 || kind > 14 || !isData(first)) return [];
    const channel = status & 15;
    switch (kind) {
      case 8:
        return isData(second) ? [{ type: 'noteOff', channel, pitch: first }] : [];
      case 9:
        if (!isData(second)) return [];
        // Velocity 0 is a note-off, which lets senders leave the status byte out (running status).
        return second === 0
          ? [{ type: 'noteOff', channel, pitch: first }]
          : [{ type: 'noteOn', channel, pitch: first, velocity: this.softened(channel, second) }];
      case 11:
        return isData(second) ? this.readControl(channel, first, second) : [];
      case 14:
        return isData(second) ? this.readBend(channel, first | (second << 7)) : [];
      default:
        return [];
    }
  }

  private softened(channel: number, velocity: number): number {
    return this.channels[channel].soft ? Math.max(1, Math.round(SOFTENED * velocity)) : velocity;
  }

  private readBend(channel: number, value: number): ChannelMessage[] {
    const state = this.channels[channel];
    // 8192 is the middle; the upper half has one step less, and both ends reach the whole range.
    state.bend = value >= 8192 ? (value - 8192) / 8191 : (value - 8192) / 8192;
    return [{ type: 'pitchBend', channel, semitones: state.semitones }];
  }

  private readControl(channel: number, controller: number, value: number): ChannelMessage[] {
    const state = this.channels[channel];
    switch (controller) {
      case RPN_MSB:
        state.rpn = (state.rpn & 0x7f) | (value << 7);
        return [];
      case RPN_LSB:
        state.rpn = (state.rpn & 0x3f80) | value;
        return [];
      case NRPN_MSB:
      case NRPN_LSB:
        // Data entry now speaks of something that only the device's maker knows.
        state.rpn = RPN_NONE;
        return [];
      case DATA_ENTRY_MSB:
      case DATA_ENTRY_LSB:
        return this.readDataEntry(channel, controller, value);
      case SUSTAIN:
        return [
          { type: 'controlChange', channel, controller, value },
          { type: 'sustain', channel, down: value >= 64 },
        ];
      case SOSTENUTO:
        return [
          { type: 'controlChange', channel, controller, value },
          { type: 'sostenuto', channel, down: value >= 64 },
        ];
      case SOFT:
        state.soft = value >= 64;
        return [{ type: 'controlChange', channel, controller, value }];
      case RESET_ALL_CONTROLLERS:
        state.reset();
        return [
          { type: 'sustain', channel, down: false },
          { type: 'sostenuto', channel, down: false },
          { type: 'pitchBend', channel, semitones: 0 },
          ...RESET_VALUES.map(([reset, to]): ChannelMessage => ({
            type: 'controlChange',
            channel,
            controller: reset,
            value: to,
          })),
        ];
      case ALL_SOUND_OFF:
        return [{ type: 'allSoundOff', channel }];
      default:
        if (controller < ALL_SOUND_OFF) return [{ type: 'controlChange', channel, controller, value }];
        // 124-127 (omni and poly modes) let go of all notes too.
        return controller >= ALL_NOTES_OFF ? [{ type: 'allNotesOff', channel }] : [];
    }
  }

  private readDataEntry(channel: number, controller: number, value: number): ChannelMessage[] {
    const state = this.channels[channel];
    if (state.rpn !== RPN_BEND_RANGE) return [];
    if (controller === DATA_ENTRY_MSB) state.coarse = value;
    else state.fine = value;
    return state.bend === 0 ? [] : [{ type: 'pitchBend', channel, semitones: state.semitones }];
  }
}

function isData(byte: number | undefined): byte is number {
  return byte !== undefined && byte < 128;
}
