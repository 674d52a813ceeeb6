/** Recordings for corners. There is one microphone: one corner records at a time. All that was started is ended, in whatever order things happen. */

/** The longest recording, s: a note. */
const LONGEST = 4;
/** A press that would end it sooner, s, is the second one of a double click: no timbre is heard in so little. */
const SHORTEST = 0.3;
/** The level of the microphone is shown so often, ms. */
const METER_MS = 60;

/** The state of a recording, as its card shows it. */
export interface RecordingState {
  readonly seconds: number;
  /** 0 to 1 */
  readonly level: number;
}

/** A microphone that is on. */
export interface Recorder extends RecordingState {
  /** Ends it, lets go of the microphone, and has what was recorded. */
  stop(): Promise<Blob>;
}

/** A recording of one corner, from the press that asks for it to what it has in the end. */
interface Take {
  readonly abort: AbortController;
  /** Undefined while it does not record: before the microphone is on, and after it. */
  recorder?: Recorder;
  end?: () => void;
}

export class CornerRecordings {
  private readonly takes: (Take | undefined)[] = [];

  /**
   * @param start turns the microphone on; it may ask a person first
   * @param tell gets the state of a corner that records; undefined: no more
   */
  constructor(
    private readonly start: () => Promise<Recorder>,
    private readonly tell: (place: number, state: RecordingState | undefined) => void,
  ) {}

  /**
   * Records for a corner; where that records already, ends it. Another corner that records ends, and has what it recorded.
   * @returns what was recorded; undefined of a press that only ended it, and where it was given up
   * @throws what `start` and `stop` throw, unless it was given up
   */
  async press(place: number): Promise<Blob | undefined> {
    for (const other of this.takes.keys()) if (other !== place) this.finish(other);
    const before = this.takes[place];
    if (before) {
      // While it asks for the microphone, a second press asks for nothing more.
      if (isLongEnough(before)) before.end?.();
      return undefined;
    }
    const take: Take = (this.takes[place] = { abort: new AbortController() });
    const { signal } = take.abort;
    try {
      const recorder = await this.start();
      if (!signal.aborted) await this.untilEnded(place, take, recorder);
      const sound = await recorder.stop();
      return signal.aborted ? undefined : sound;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      if (this.takes[place] === take) this.takes[place] = undefined;
    }
  }

  /** The recording of a corner: another object for each. */
  at(place: number): object | undefined {
    return this.takes[place];
  }

  /** Gives up what is recorded for a corner, or asked for. */
  giveUp(place: number): void {
    const take = this.takes[place];
    this.takes[place] = undefined;
    take?.abort.abort();
    take?.end?.();
  }

  /** Ends a recording in favour of another one. */
  private finish(place: number): void {
    const take = this.takes[place];
    if (!take || isOver(take)) return;
    if (isLongEnough(take)) take.end?.();
    else this.giveUp(place);
  }

  private async untilEnded(place: number, take: Take, recorder: Recorder): Promise<void> {
    take.recorder = recorder;
    const tell = () => {
      const { seconds, level } = recorder;
      if (seconds >= LONGEST) take.end?.();
      else this.tell(place, { seconds, level });
    };
    const timer = setInterval(tell, METER_MS);
    await new Promise<void>((resolve) => (take.end = resolve));
    clearInterval(timer);
    take.end = undefined;
    if (!take.abort.signal.aborted) this.tell(place, undefined);
  }
}

/** The microphone was on, and what it heard is on its way. */
const isOver = ({ recorder, end }: Take) => recorder !== undefined && !end;

const isLongEnough = ({ recorder }: Take) => recorder !== undefined && recorder.seconds >= SHORTEST;
