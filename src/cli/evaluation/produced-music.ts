/** Measures the music that a model writes on the beginnings of held-out pieces beside the pieces' own continuations. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { MusicEvent } from '../../music/events.js';
import type { EventRNN } from '../../models/event-rnn/event-rnn.js';
import type { Configuration } from '../../models/event-rnn/encodings/configurations.js';
import { meanMeasures, musicMeasures, type Beats, type MusicMeasures } from '../../music/measures.js';
import type { WritingDefaults } from '../../models/continuation/piece.js';
import { WRITING_DEFAULTS } from '../../models/event-rnn/defaults.js';
import type { TrainingPiece } from '../dataset/extraction.js';
import { controlPlan } from './control-plan.js';
import { eventsToSequence } from './events-to-sequence.js';
import type { ModelPool } from '../model-pool.js';

/** The part of each piece that the model hears: a bar, or two seconds of a performance. */
const PRIMER_QUARTERS = 4;
const PRIMER_SECONDS = 2;

export interface ProducedMusic {
  readonly pieces: number;
  /** It is false where the model began by itself, and the held-out pieces are whole. */
  readonly isPrimed: boolean;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: string;
  /** Pieces that were given up, because time stood still in them: they are not measured. */
  readonly stalled: number;
  /** Means over pieces; null where all are too short to measure. */
  readonly generated: MusicMeasures | null;
  readonly heldOut: MusicMeasures | null;
}

export interface ProduceOptions {
  readonly count: number;
  /** Nothing is given but what the model begins with by itself. */
  readonly fromNothing: boolean;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: string;
  readonly onPiece: (done: number) => void;
}

export async function measureProducedMusic(
  pool: ModelPool<EventRNN>,
  configuration: Configuration<MusicEvent>,
  heldOut: readonly TrainingPiece[],
  { count, fromNothing, temperature, topP, seed, onPiece }: ProduceOptions,
): Promise<ProducedMusic> {
  // Evenly over the pieces; where more are asked for than there are, some begin the same and go on by another seed.
  const chosen = Array.from({ length: count }, (_, i) => heldOut[Math.floor((i * heldOut.length) / count)]);
  let done = 0;
  const jobs = chosen.map((piece, i) => ({ piece, i }));
  const pairs = await pool.map(jobs, async (model, { piece: { events, controlsAt, stepsPerBar }, i }) => {
    const length = fromNothing ? 0 : primerLength(configuration, events);
    const steps = stepsOf(configuration, events.slice(length));
    const primer = fromNothing ? beginningOf(configuration) : events.slice(0, length);
    const piece = await model.begin(primer, { seed: `${seed}/${i}` });
    const controls = controlPlan(controlsAt, events.length);
    const written = await unlessStalled(piece.write({ steps }, { temperature, topP, controls }));
    await piece.close();
    onPiece(++done);
    if (!written) return undefined;
    const end = fromNothing ? 0 : stepsOf(configuration, primer);
    const measure = (all: readonly MusicEvent[]) => measuresAfter(configuration, all, end, stepsPerBar);
    return [measure([...primer, ...written.events]), measure(events)] as const;
  });
  const measured = pairs.filter((pair) => pair !== undefined);
  return {
    pieces: count,
    isPrimed: !fromNothing,
    temperature,
    topP,
    seed,
    stalled: count - measured.length,
    generated: meanMeasures(measured.map(([generated]) => generated)) ?? null,
    heldOut: meanMeasures(measured.map(([, real]) => real)) ?? null,
  };
}

/** A model that was hardly trained may write note after note, and never let time pass. */
async function unlessStalled<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TimbrelError && error.code === 'GENERATION_STALLED') return undefined;
    throw error;
  }
}

const stepsOf = ({ steps }: Configuration<MusicEvent>, events: readonly MusicEvent[]) =>
  events.reduce((sum: number, event) => sum + steps(event), 0);

/** Counts the events that fill the primer's time, one at least. */
function primerLength(configuration: Configuration<MusicEvent>, events: readonly MusicEvent[]): number {
  const { time } = configuration;
  const wanted =
    'stepsPerQuarter' in time ? PRIMER_QUARTERS * time.stepsPerQuarter : PRIMER_SECONDS * time.stepsPerSecond;
  let steps = 0;
  const last = events.findIndex((event) => (steps += configuration.steps(event)) >= wanted);
  return last < 0 ? events.length : last + 1;
}

/** The event that the public class begins with, where it does not leave that to the model. */
function beginningOf({ model }: Configuration<MusicEvent>): MusicEvent[] {
  const { firstEvent }: WritingDefaults = WRITING_DEFAULTS[model];
  return firstEvent === undefined ? [] : [firstEvent];
}

/** Measures the notes that begin at a step and later. */
function measuresAfter(
  configuration: Configuration<MusicEvent>,
  events: readonly MusicEvent[],
  step: number,
  stepsPerBar: number | undefined,
): MusicMeasures | undefined {
  const { sequence, secondsPerStep } = eventsToSequence(configuration, events);
  const time = step * secondsPerStep - 1e-9;
  const notes = sequence.notes.filter(({ startTime = 0 }) => startTime >= time);
  return musicMeasures({ notes }, beatsOf(configuration, secondsPerStep, stepsPerBar));
}

function beatsOf(
  { time }: Configuration<MusicEvent>,
  secondsPerStep: number,
  stepsPerBar: number | undefined,
): Beats | undefined {
  if ('stepsPerSecond' in time || stepsPerBar === undefined) return undefined;
  const { stepsPerQuarter } = time;
  return {
    secondsPerQuarter: secondsPerStep * stepsPerQuarter,
    quartersPerBar: stepsPerBar / stepsPerQuarter,
  };
}
