/**
 * Events as training sees them: for each but the last the input a network would get there, and the class of the next. Inputs
 * are sparse rows behind one another; training/events/sequences.py reads them.
 */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { inputSizeOf, type Configuration } from '../../models/event-rnn/encodings/configurations.js';
import type { ControlSource } from '../../models/event-rnn/encodings/controls.js';
import { SparseVector } from '../../ops/lstm/network.js';

type Numbers = Uint16Array | Uint32Array | Float32Array;

export interface ExampleArrays {
  /** [pieces] Examples of each piece. */
  readonly lengths: Uint32Array;
  /** [pieces] Number of the NoteSequence that it came from, in the order in which they are read. */
  readonly origins: Uint32Array;
  /** [examples] */
  readonly labels: Uint16Array;
  /** [examples] Where the row of each ends in the two arrays that follow. */
  readonly ends: Uint32Array;
  readonly columns: Uint16Array;
  readonly values: Float32Array;
}

/** An array that grows. */
class Column<A extends Numbers> {
  private length = 0;

  constructor(private array: A) {}

  push(value: number): void {
    if (this.length === this.array.length) {
      const larger = new (this.array.constructor as new (length: number) => A)(2 * this.length);
      larger.set(this.array);
      this.array = larger;
    }
    this.array[this.length++] = value;
  }

  values(): A {
    return this.array.slice(0, this.length) as A;
  }
}

/** The examples of one split. */
export class Examples<E> {
  private readonly lengths = new Column(new Uint32Array(64));
  private readonly origins = new Column(new Uint32Array(64));
  private readonly labels = new Column(new Uint16Array(1024));
  private readonly ends = new Column(new Uint32Array(1024));
  private readonly columns = new Column(new Uint16Array(4096));
  private readonly strengths = new Column(new Float32Array(4096));
  private readonly input: SparseVector;
  private end = 0;

  /** @throws CONFIGURATION_UNKNOWN for one whose events have several classes */
  constructor(private readonly configuration: Configuration<E>) {
    if (configuration.encoding.classes.length !== 1) {
      throw new TimbrelError(
        'CONFIGURATION_UNKNOWN',
        'Datasets are written for configurations with one class an event, not for those of whole notes',
      );
    }
    this.input = new SparseVector(inputSizeOf(configuration));
  }

  /** @param origin number of the NoteSequence @throws EVENT_INVALID, CONTROL_INVALID */
  add(events: readonly E[], controlsAt: ControlSource = () => ({}), origin = 0): void {
    const { encoding, controls } = this.configuration;
    const count = events.length - 1;
    if (count < 1) return;
    for (let position = 0; position < count; position++) {
      const { input } = this;
      input.clear();
      controls?.write(controlsAt(position + 1), input);
      encoding.writeInput(events, position, input, controls?.size ?? 0);
      for (let i = 0; i < input.count; i++) {
        this.columns.push(input.indices[i]);
        this.strengths.push(input.values[i]);
      }
      this.end += input.count;
      this.ends.push(this.end);
      this.labels.push(encoding.labels(events, position + 1)[0]);
    }
    this.lengths.push(count);
    this.origins.push(origin);
  }

  /** The files of the split, by name. */
  arrays(): ExampleArrays {
    return {
      lengths: this.lengths.values(),
      origins: this.origins.values(),
      labels: this.labels.values(),
      ends: this.ends.values(),
      columns: this.columns.values(),
      values: this.strengths.values(),
    };
  }
}
