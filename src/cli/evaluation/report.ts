/** An evaluation: for programs as it is, for people as a table. */
import type { MusicMeasures } from '../../music/measures.js';
import type { Unreadable } from '../dataset/sources.js';
import type { Baselines } from './baselines.js';
import type { ProducedMusic } from './produced-music.js';
import type { Scores } from './scores.js';

/** Enough to write a model card from. */
export interface Evaluation extends Scores {
  readonly model: string;
  readonly configuration: string;
  readonly checkpoint: string;
  readonly layers: readonly number[];
  readonly attentionLength: number;
  readonly parameterCount: number;
  readonly precision: string;
  readonly split: string;
  readonly data: {
    readonly inputs: readonly string[];
    readonly sequences: number;
    readonly pieces: number;
    readonly dropped: Readonly<Record<string, number>>;
  };
  readonly unreadable: readonly Unreadable[];
  readonly baselines?: Baselines;
  readonly music?: ProducedMusic;
  /** Time it took. */
  readonly seconds: number;
}

type Row = readonly [name: string, ...values: string[]];

const table = (rows: readonly Row[]): string[] =>
  rows.map(
    ([name, ...values]) => `  ${name.padEnd(28)}${values.map((value) => value.padStart(12)).join('')}`,
  );

const nats = (value: number) => value.toFixed(4);
const percent = (value: number | null) => (value === null ? '-' : `${(100 * value).toFixed(1)} %`);

export function evaluationText(evaluation: Evaluation): string {
  const { configuration, layers, parameterCount, split, data, events, baselines, music, unreadable } =
    evaluation;
  return [
    `${configuration}, ${layers.join(' x ')} cells, ${parameterCount} parameters`,
    `${split}: ${data.pieces} pieces of ${data.sequences} sequences, ${events} events`,
    ...(unreadable.length > 0 ? [`${unreadable.length} files could not be read`] : []),
    '',
    ...table([
      ['loss, nats per event', nats(evaluation.loss)],
      ['perplexity', evaluation.perplexity.toFixed(3)],
      ['accuracy', percent(evaluation.accuracy)],
      ['  where something happens', percent(evaluation.eventAccuracy)],
      ['  where nothing does', percent(evaluation.noEventAccuracy)],
      ['loss, nats per step', nats(evaluation.lossPerStep)],
    ]),
    ...(baselines ? baselineLines(baselines) : []),
    ...(music ? musicLines(music) : []),
  ].join('\n');
}

function baselineLines({ uniform, unigram, kneserNey, orders, trainingEvents }: Baselines): string[] {
  return [
    '',
    `losses of others, nats per event; trained on ${trainingEvents} events`,
    ...table([
      ['uniform', nats(uniform)],
      ['unigram', nats(unigram)],
      ...orders.map(({ order, discount, loss }): Row => {
        const best = order === kneserNey.order ? 'best on validation' : '';
        return [`Kneser-Ney, order ${order}`, nats(loss), `D = ${discount}`, `  ${best}`];
      }),
    ]),
  ];
}

/** Every measure of music, in the order of a musician's questions. */
const MEASURES: readonly (readonly [
  name: string,
  of: keyof MusicMeasures,
  show: (value: number) => string,
])[] = [
  ['notes per second', 'noteDensity', (value) => value.toFixed(2)],
  ['pitch class entropy, bits', 'pitchClassEntropy', (value) => value.toFixed(3)],
  ['off-key notes', 'offKey', percent],
  ['notes at once', 'polyphony', (value) => value.toFixed(2)],
  ['notes of 5 s, or cut there', 'longNotes', percent],
  ['notes on the beat', 'onBeat', percent],
  ['bars that return', 'barsThatReturn', percent],
  ['bars with a kick on one', 'kickOnOne', percent],
  ['repeated runs of 4 notes', 'repetition', percent],
];

function musicLines({
  pieces,
  isPrimed,
  temperature,
  topP,
  stalled,
  generated,
  heldOut,
}: ProducedMusic): string[] {
  const cell = (
    measures: MusicMeasures | null,
    name: keyof MusicMeasures,
    show: (value: number) => string,
  ) => {
    const value = measures?.[name] ?? null;
    return value === null ? '-' : show(value);
  };
  const has = (name: keyof MusicMeasures) =>
    [generated, heldOut].some((measures) => (measures?.[name] ?? null) !== null);
  return [
    '',
    `music of ${pieces} pieces${isPrimed ? '' : ' from nothing'}, temperature ${temperature}${topP < 1 ? `, top-p ${topP}` : ''}${stalled > 0 ? `; ${stalled} came to no end` : ''}`,
    ...table([
      ['', 'written', 'held out'],
      ...MEASURES.filter(([, name]) => has(name)).map(([label, name, show]): Row => [
        label,
        cell(generated, name, show),
        cell(heldOut, name, show),
      ]),
    ]),
  ];
}
