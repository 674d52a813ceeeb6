/** `timbrel evaluate music-transformer`: how well a checkpoint foresees performances that it has not learned from. */
import { PerformanceRNN } from '../../models/event-rnn/performance-rnn.js';
import { MusicTransformer } from '../../models/music-transformer/music-transformer.js';
import type { PerformanceEvent } from '../../music/events.js';
import type { Note, NoteSequence } from '../../music/note-sequence.js';
import { LONGEST_NOTE } from '../../music/performance.js';
import { HIGHEST_KEY, LOWEST_KEY, pianoNotes, tokenOfEvent } from '../../music/performance-tokens.js';
import { checkpointOption, checkpointSource } from '../checkpoint-option.js';
import { defineCommand } from '../command.js';
import { CORPUS_OPTIONS, corpusOptions } from '../corpus-options.js';
import { Corpus, type CorpusOptions } from '../dataset/corpus.js';
import { readPlacedPieces } from '../dataset/placed-pieces.js';
import { findSources } from '../dataset/sources.js';
import { SplitPlaces, type Split } from '../dataset/splits.js';
import { JUDGED_OPTIONS, judgedOptions } from '../evaluation/judged-options.js';
import { wholeNumber } from '../options.js';
import { usageError } from '../usage.js';
import { meanPerformance, type PerformanceMeasures } from './measures.js';
import { HELPED_SAMPLING } from './sampling-options.js';

const PRIMER_SECONDS = 2;

interface TransformerEvaluation {
  readonly model: string;
  readonly checkpoint: string;
  readonly parameterCount: number;
  readonly precision: string;
  readonly split: string;
  readonly pieces: number;
  /** Events judged: all but the first of each piece. */
  readonly events: number;
  /** Nats per event. */
  readonly loss: number;
  readonly music?: {
    readonly pieces: number;
    readonly seconds: number;
    readonly temperature: number;
    readonly endNotesAfter?: number;
    readonly generated: PerformanceMeasures | null;
    readonly performanceRNN?: PerformanceMeasures | null;
    readonly heldOut: PerformanceMeasures | null;
  };
}

export const musicTransformerEvaluateCommand = defineCommand({
  summary: 'Measure how well a Music Transformer foresees held-out performances',
  usage: '--input PATH... [OPTIONS]',
  description:
    'Loss per event in nats on the same pieces of 30 seconds on which `evaluate performance-rnn` judges, every event after those ' +
    'before it, the first given: the two can be held against each other. With --music N, measures of what it writes on two seconds ' +
    'of N held-out recordings, beside those of how the recordings go on.',
  examples: ['--input data/', '--checkpoint ./weights --input data/ --music 20 --music-seconds 180 --json'],
  positionals: { min: 0, max: Infinity },
  options: {
    checkpoint: checkpointOption,
    ...CORPUS_OPTIONS,
    split: JUDGED_OPTIONS.split,
    limit: { type: 'number', description: 'Judge N pieces only, the first ones' },
    music: { type: 'number', description: 'Measure N pieces that the model writes', default: 0 },
    'music-seconds': { type: 'number', description: 'How long those are', default: 20 },
    'beside-performance-rnn': { type: 'boolean', description: 'Measure what PerformanceRNN writes as well' },
    temperature: {
      type: 'number',
      description: 'Of those pieces; default: 1, and what PerformanceRNN draws with by itself',
    },
    ...HELPED_SAMPLING,
    seed: { type: 'string', value: 'SEED', description: 'Of those pieces', default: '0' },
    precision: JUDGED_OPTIONS.precision,
  },
  async run({ values, positionals, showProgress }) {
    const { limit = Infinity, seed } = values;
    const { split, precision } = judgedOptions(values);
    if (values.limit !== undefined) wholeNumber('limit', values.limit, 1);
    const count = wholeNumber('music', values.music, 0);
    const seconds = values['music-seconds'];
    if (!(seconds > 0)) throw usageError(`--music-seconds is ${seconds}; expected a number above 0`);
    const progress = showProgress('Judging');
    const options = corpusOptions(values, positionals, progress);
    const checkpoint = checkpointSource(values.checkpoint, 'MusicTransformer');
    const model = await MusicTransformer.load(checkpoint, { precision });
    try {
      let [pieces, events, nats] = [0, 0, 0];
      for (const tokens of await heldOutTokens(options, split, limit)) {
        progress.update(pieces++, 0, `${events} events`);
        const judged = await model.tokenLogProbabilities(tokens);
        for (const value of judged.subarray(1)) nats -= value;
        events += Math.max(0, judged.length - 1);
      }
      if (events === 0) throw usageError(`The ${split} split has no performances`);
      const { parameterCount } = model.description;
      let data: TransformerEvaluation = {
        model: 'MusicTransformer',
        checkpoint: checkpoint ?? '',
        parameterCount,
        precision: model.description.precision,
        split,
        pieces,
        events,
        loss: nats / events,
      };
      if (count > 0) {
        const recordings = await recordingsOf(options, split, PRIMER_SECONDS + seconds);
        const chosen = Array.from({ length: count }, (_, i) => excerpt(recordings, i, count, seconds));
        const { 'end-notes-after': endNotesAfter = model.description.endNotesAfter } = values;
        // PerformanceRNN cuts long notes by itself.
        const own = { endNotesAfter, spareKeys: values['spare-keys'], maxNoteDuration: LONGEST_NOTE };
        const write = (writer: Writer, helped: object = {}) =>
          produce(writer, chosen, { seconds, temperature: values.temperature, seed, ...helped });
        const rival = values['beside-performance-rnn'] === true ? await PerformanceRNN.load() : undefined;
        try {
          data = {
            ...data,
            music: {
              pieces: count,
              seconds,
              temperature: values.temperature ?? 1,
              ...(endNotesAfter !== undefined && { endNotesAfter }),
              generated: await write(model, own),
              ...(rival && { performanceRNN: await write(rival) }),
              heldOut: meanPerformance(chosen.map(({ rest }) => rest)),
            },
          };
        } finally {
          rival?.dispose();
        }
      }
      return { text: textOf(data), data };
    } finally {
      progress.end();
      model.dispose();
    }
  },
});

/** The pieces of PerformanceRNN, but for those with notes that a piano does not have. */
async function heldOutTokens(options: CorpusOptions, split: Split, limit: number): Promise<number[][]> {
  const found: number[][] = [];
  const corpus = new Corpus('performance_with_dynamics', { ...options, splits: [split] });
  for await (const { pieces } of corpus.read()) {
    for (const { events } of pieces as readonly { readonly events: readonly PerformanceEvent[] }[]) {
      if (found.length >= limit) return found;
      const isOfPiano = events.every(
        ({ type, value }) =>
          (type !== 'noteOn' && type !== 'noteOff') || (value >= LOWEST_KEY && value <= HIGHEST_KEY),
      );
      if (isOfPiano) found.push(events.map(tokenOfEvent));
    }
  }
  return found;
}

/** Whole recordings of a split that last so long. */
async function recordingsOf(options: CorpusOptions, split: Split, seconds: number): Promise<NoteSequence[]> {
  const places = new SplitPlaces(options);
  const found: NoteSequence[] = [];
  for await (const piece of readPlacedPieces(await findSources(options.inputs), places, {})) {
    if (piece.split !== split) continue;
    const played = pianoNotes(piece.sequence);
    const last = played.notes.reduce((end, { endTime = 0 }) => Math.max(end, endTime), 0);
    if (last >= seconds) found.push({ ...played, totalTime: last });
  }
  if (found.length > 0) return found;
  throw usageError(`The ${split} split has no recording of ${seconds} seconds`);
}

interface Excerpt {
  readonly primer: NoteSequence;
  readonly rest: readonly Note[];
}

/** The recordings in turn, each from places that are spread over it. */
function excerpt(recordings: readonly NoteSequence[], i: number, count: number, seconds: number): Excerpt {
  const { notes, totalTime = 0 } = recordings[i % recordings.length];
  const times = Math.ceil(count / recordings.length);
  const room = totalTime - PRIMER_SECONDS - seconds;
  const from = (room * Math.floor(i / recordings.length)) / Math.max(1, times - 1);
  const between = (first: number, last: number) =>
    notes
      .filter(({ startTime = 0 }) => startTime >= first && startTime < last)
      .map((note) => ({
        ...note,
        startTime: (note.startTime ?? 0) - from,
        endTime: Math.min(note.endTime ?? 0, last) - from,
      }));
  const middle = from + PRIMER_SECONDS;
  return {
    primer: { notes: between(from, middle), totalTime: PRIMER_SECONDS },
    rest: between(middle, middle + seconds),
  };
}

interface Writer {
  continueSequence(
    sequence: NoteSequence,
    options: { seconds: number; temperature?: number; seed: string },
  ): Promise<NoteSequence>;
}

async function produce(
  writer: Writer,
  excerpts: readonly Excerpt[],
  { seed, ...options }: { seconds: number; temperature?: number; seed: string },
): Promise<PerformanceMeasures | null> {
  const written: (readonly Note[])[] = [];
  for (const [i, { primer }] of excerpts.entries()) {
    const { notes } = await writer.continueSequence(primer, { ...options, seed: `${seed}/${i}` });
    written.push(notes);
  }
  return meanPerformance(written);
}

const LABELS: Partial<Record<keyof PerformanceMeasures, string>> = {
  noteDensity: 'notes per second',
  pitchClassEntropy: 'entropy of pitch classes, bits',
  offKey: 'notes outside the best scale',
  repetition: 'runs of four that came before',
  polyphony: 'notes at once',
  longNotes: 'notes of 5 s, or cut off there',
  returns: 'runs that return after 8 s',
};

const SHARES = ['offKey', 'repetition', 'longNotes', 'returns'];

function textOf({ parameterCount, split, pieces, events, loss, music }: TransformerEvaluation): string {
  const lines = [
    `${parameterCount} parameters`,
    `${split}: ${pieces} pieces, ${events} events`,
    `  loss, nats per event: ${loss.toFixed(4)}`,
  ];
  if (!music) return lines.join('\n');
  const { generated, performanceRNN, heldOut } = music;
  const named = { 'it writes': generated, PerformanceRNN: performanceRNN, recordings: heldOut };
  const columns = Object.entries(named).filter(([, values]) => values);
  const cells = (texts: readonly string[]) => texts.map((text) => text.padStart(16)).join('');
  lines.push(
    '',
    `  ${`${music.pieces} pieces of ${music.seconds} s`.padEnd(34)}${cells(columns.map(([name]) => name))}`,
  );
  for (const [name, label] of Object.entries(LABELS) as [keyof PerformanceMeasures, string][]) {
    const texts = columns.map(([, values]) => {
      const value = values?.[name] ?? 0;
      return SHARES.includes(name) ? `${(100 * value).toFixed(1)} %` : value.toFixed(2);
    });
    lines.push(`  ${label.padEnd(34)}${cells(texts)}`);
  }
  return lines.join('\n');
}
