/** A metronome: clicks with the accents of the metre, by itself, as a count-in, or along with a player. */
import { TimbrelError } from '../errors/timbrel-error.js';
import { beatsBetween, secondsAt, beatMap } from '../music/beat-map.js';
import { checkMeter } from '../music/meter.js';
import { DEFAULT_QPM, type NoteSequence, type TimeSignature } from '../music/note-sequence.js';
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { SequencePlayer, type Follower, type NoteTarget } from './sequence-player.js';

export interface MetronomeOptions {
  /** Quarter notes per minute. Default: 120. */
  readonly qpm?: number;
  /** Default: 4/4. Three eighths are a beat in 6/8 and its like. */
  readonly timeSignature?: TimeSignature;
}

const OPTIONS: OptionNames<MetronomeOptions> = { qpm: true, timeSignature: true };

/** Wood blocks of General MIDI: high on the first of the bar, else low. */
const FIRST = 76;
const OTHER = 77;
const VELOCITIES = { bar: 120, half: 100, beat: 90, eighth: 70, off: 60 } as const;
/** Seconds. */
const CLICK_LENGTH = 0.05;

/** @inline */
type Metre = Pick<NoteSequence, 'tempos' | 'timeSignatures'>;

/** Strikes the beats of the music that a player plays. */
class Clicks implements Follower {
  constructor(
    private readonly target: NoteTarget,
    private readonly music: () => Metre,
  ) {}

  begin(): void {}

  handOver(from: number, to: number, timeOf: (position: number) => number): void {
    for (const { time, weight } of beatsBetween(this.music(), from, to)) {
      const pitch = weight === 'bar' ? FIRST : OTHER;
      this.target.noteOn(pitch, VELOCITIES[weight], timeOf(time));
      this.target.noteOff(pitch, timeOf(time) + CLICK_LENGTH);
    }
  }

  stop(): void {
    this.target.allNotesOff();
  }
}

export class Metronome {
  private readonly player: SequencePlayer;
  private metre: Metre = {};

  /**
   * @param clock on which the target counts: an AudioContext, or what plays the clicks
   * @param target a `DrumKit`, or the drums of a SoundFont or MIDI output: `player.part({ isDrum: true })`
   * @throws OPTION_INVALID, METER_INVALID
   */
  constructor(
    private readonly clock: { readonly currentTime: number },
    private readonly target: NoteTarget,
    options?: MetronomeOptions,
  ) {
    this.player = new SequencePlayer(clock, () => undefined);
    this.player.open = true;
    this.player.followers.add(new Clicks(target, () => this.metre));
    this.set(options);
  }

  /** Takes another tempo and metre; it clicks on in these, from a new bar on. @throws OPTION_INVALID, METER_INVALID */
  set(options?: MetronomeOptions): void {
    const { qpm = DEFAULT_QPM, timeSignature = { numerator: 4, denominator: 4 } } = checkedOptions(
      options,
      OPTIONS,
    );
    if (!(qpm > 0 && Number.isFinite(qpm)))
      throw new TimbrelError('OPTION_INVALID', `qpm is ${qpm}; expected a number above 0`);
    checkMeter(timeSignature);
    this.metre = { tempos: [{ qpm }], timeSignatures: [timeSignature] };
    if (this.player.playing) this.player.play({ from: 0 });
  }

  get playing(): boolean {
    return this.player.playing;
  }

  /** Seconds of a bar. */
  get bar(): number {
    return barOf(this.metre);
  }

  /** @param at time of the first click; default: as soon as can be */
  play(at?: number): void {
    this.player.play(at === undefined ? { from: 0 } : { from: 0, at });
  }

  stop(): void {
    this.player.stop();
  }

  /**
   * Clicks some bars and stops.
   * @param bars whole or not
   * @param music the piece that follows, whose first tempo and metre are clicked; default: its own
   * @returns the time of the first beat after them: `player.play({ from: 0, at })`
   * @throws OPTION_INVALID
   */
  countIn(bars = 1, music: Metre = this.metre): number {
    if (!(bars > 0 && Number.isFinite(bars)))
      throw new TimbrelError('OPTION_INVALID', `bars is ${bars}; expected a number above 0`);
    const metre: Metre = {
      tempos: [{ qpm: music.tempos?.[0]?.qpm ?? DEFAULT_QPM }],
      timeSignatures: music.timeSignatures?.slice(0, 1).map((first) => ({ ...first, time: 0 })),
    };
    const length = bars * barOf(metre);
    const at = this.clock.currentTime + LEAD;
    // All of it is handed over at once: a page that is busy with what comes next clicks in time.
    new Clicks(this.target, () => metre).handOver(0, length - NEARLY, (place) => at + place);
    return at + length;
  }

  /** Clicks along with a player, through the tempos and metres of its `sequence`. @returns what ends it */
  follow(player: SequencePlayer): () => void {
    const clicks = new Clicks(this.target, () => player.sequence ?? this.metre);
    player.followers.add(clicks);
    return () => void player.followers.delete(clicks);
  }
}

/** From the call to the first click, s. */
const LEAD = 0.05;
/** The click of the next bar is not one of the count-in, rounded down or not. s */
const NEARLY = 1e-6;

const barOf = ({ tempos, timeSignatures }: Metre): number => {
  const { numerator = 4, denominator = 4 } = timeSignatures?.[0] ?? {};
  return secondsAt(beatMap({ tempos }), (4 * numerator) / denominator);
};
