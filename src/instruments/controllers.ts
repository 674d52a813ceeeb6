/** Controllers and bends of a sequence, on their way to a receiver while its notes are played. */
import type { GeneralMidi } from '../midi/general-midi.js';
import { SENT_AHEAD } from '../midi/outputs.js';
import type { ControlChange, NoteSequence, PitchBend } from '../music/note-sequence.js';
import type { Follower } from './sequence-player.js';

/** Controllers that a piece may leave elsewhere, with the values that it begins with (MIDI RP-015, General MIDI). */
const BEGINNING: ReadonlyMap<number, number> = new Map([
  [1, 0],
  [7, 100],
  [10, 64],
  [11, 127],
  [64, 0],
  [66, 0],
  [67, 0],
]);
/** Controllers whose foot is off when the player stops. */
const PEDALS = [64, 66, 67];

type Change = Omit<ControlChange, 'controlNumber'> | PitchBend;

/** All that is said of one controller, or of the bend, of one part. */
interface Lane {
  /** Undefined for the bend. */
  readonly controlNumber: number | undefined;
  readonly changes: Change[];
}

const timeOf = ({ time = 0 }: Change) => time;

/** Wherever the player begins, the receiver is told where everything stands there; when it stops, the pedals come up. */
export class Controllers implements Follower {
  private lanes: readonly Lane[] = [];
  /** All of `lanes`, in order of time. */
  private changes: readonly (readonly [Change, Lane])[] = [];

  /** The latest time for which a change was sent, s: far ahead on a page that is not seen. */
  private sentUntil = -Infinity;

  constructor(private readonly receiver: GeneralMidi) {}

  /** In seconds. */
  set sequence({ controlChanges = [], pitchBends = [] }: NoteSequence) {
    const lanes = new Map<string, Lane>();
    const add = (change: Change, controlNumber?: number) => {
      const { instrument = 0, program = 0, isDrum = false } = change;
      const key = `${isDrum} ${instrument} ${program} ${controlNumber}`;
      const lane = lanes.get(key) ?? { controlNumber, changes: [] };
      lanes.set(key, lane);
      lane.changes.push(change);
    };
    for (const { controlNumber = 0, ...change } of controlChanges) add(change, controlNumber);
    for (const change of pitchBends) add(change);
    this.lanes = [...lanes.values()];
    for (const { changes } of this.lanes) changes.sort((a, b) => timeOf(a) - timeOf(b));
    this.changes = this.lanes
      .flatMap((lane) => lane.changes.map((change) => [change, lane] as const))
      .sort(([a], [b]) => timeOf(a) - timeOf(b));
  }

  begin(position: number, time: number): void {
    for (const lane of this.lanes) {
      const before = lane.changes.findLast((change) => timeOf(change) < position);
      if (before) this.send(lane, before, time);
      else this.reset(lane, time);
    }
  }

  handOver(from: number, to: number, timeAt: (position: number) => number): void {
    for (const [change, lane] of this.changes) {
      if (timeOf(change) < from) continue;
      if (timeOf(change) >= to) break;
      const time = timeAt(timeOf(change));
      this.sentUntil = Math.max(this.sentUntil, time);
      this.send(lane, change, time);
    }
  }

  stop(time: number): void {
    const lifted = this.lanes.filter(
      ({ controlNumber }) => controlNumber !== undefined && PEDALS.includes(controlNumber),
    );
    for (const lane of lifted) this.reset(lane, time);
    // A pedal that was sent ahead goes down after that.
    for (const lane of lifted) this.reset(lane, Math.max(time + SENT_AHEAD, this.sentUntil));
  }

  private reset(lane: Lane, time: number): void {
    const value = lane.controlNumber === undefined ? 0 : BEGINNING.get(lane.controlNumber);
    if (value === undefined) return;
    const { instrument, program, isDrum } = lane.changes[0];
    this.send(lane, { instrument, program, isDrum, bend: value, controlValue: value }, time);
  }

  private send({ controlNumber }: Lane, change: ControlChange & PitchBend, time: number): void {
    const channel = this.receiver.channelOf(change);
    if (controlNumber === undefined) channel.pitchBend(change.bend ?? 0, time);
    else channel.controlChange(controlNumber, change.controlValue ?? 0, time);
  }
}
