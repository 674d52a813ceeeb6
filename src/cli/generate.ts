/** `timbrel MODEL generate`: music of an event RNN, one MIDI file each. */
import { chordNotes } from '../music/chord-renderer.js';
import { singleMeter } from '../music/meter.js';
import { isChordSymbol, type NoteSequence } from '../music/note-sequence.js';
import { writeMidi } from '../music/midi-writer.js';
import { totalSeconds } from '../music/timed-events.js';
import { checkpointSource } from './checkpoint-option.js';
import { defineCommand, type Command, type Result } from './command.js';
import { EVENT_MODELS, type EventModelCommand } from './event-models.js';
import type { GENERATE_OPTIONS, OWN_OPTIONS } from './generate-options.js';
import { KINDS, generateOptions } from './generate-options.js';
import { createContinuer, loadModel, stepsPerQuarterOf, type Continuer } from './continuers.js';
import { ModelPool, workersFor } from './model-pool.js';
import { wholeNumber, type Options, type Values } from './options.js';
import { madeWith } from './made-with.js';
import { claimFolder } from './output-folder.js';
import { claimShare, isOwn, parseShard, thereFiles, thereLines } from './shard.js';
import type { ContinueOptions } from '../models/continuation/event-model.js';
import { partFor } from '../models/continuation/continued-part.js';
import { PRIMER_OPTIONS, readPrimer, type PrimerValues } from './primer.js';
import { progressOfPieces, type ShowProgress } from './progress.js';
import { usageError } from './usage.js';

export type GenerateValues = Values<typeof GENERATE_OPTIONS> & Partial<Values<typeof OWN_OPTIONS>>;

interface Output {
  readonly file: string;
  readonly seed: string;
  readonly notes: number;
  /** Events that the model wrote, and their mean loss in nats. */
  readonly events: number;
  readonly loss: number;
}

export function generateCommand(name: EventModelCommand): Command {
  const { example } = KINDS[name];
  return defineCommand<Options>({
    summary: `Write music with ${EVENT_MODELS[name]} to MIDI files`,
    usage: '--output-dir FOLDER [OPTIONS]',
    description:
      'Each file holds the primer and what follows on it. The loss that is told is that of what was written, under the model ' +
      'itself, in nats per event.',
    examples: [
      `--output-dir out ${example}`,
      '--checkpoint ./weights --output-dir out --primer-midi song.mid --seconds 20 --num-outputs 3 --seed 7',
    ],
    options: generateOptions(name),
    run: ({ values, showProgress }) => generate(name, values as unknown as GenerateValues, showProgress),
  });
}

async function generate(
  name: EventModelCommand,
  values: GenerateValues,
  showProgress: ShowProgress,
): Promise<Result> {
  const { config, 'output-dir': folder, 'num-outputs': count } = values;
  const { seed = String(Date.now()) } = values;
  if (folder === undefined) throw usageError('--output-dir is missing: a folder for the files');
  wholeNumber('num-outputs', count, 1);
  const share = parseShard(values.shard, values.seed);
  if (values.steps !== undefined && values.seconds !== undefined)
    throw usageError('--steps and --seconds say the same; give one');
  const checkpoint = checkpointSource(values.checkpoint, EVENT_MODELS[name]);
  await claimFolder(folder);
  const own = Array.from({ length: count }, (_, i) => i).filter((i) => isOwn(share, i));
  const pool = await ModelPool.load(
    (signal) => loadModel(name, checkpoint, { configuration: config, signal }),
    workersFor(values.jobs, own.length),
  );
  const progress = showProgress('Writing');
  try {
    const { description } = pool.first;
    const { configuration, layers, precision } = description;
    const given = await readPrimer(primerValues(values), stepsPerQuarterOf(description));
    const primer = partFor(EVENT_MODELS[name], given);
    const continuer = createContinuer(name, description, values, primer);
    const names = Array.from(
      { length: count },
      (_, i) => `${configuration}_${String(i + 1).padStart(String(count).length, '0')}.mid`,
    );
    const { force } = values;
    const claimed = await claimShare(folder, names, { share, force, madeWith: await madeWith(values) });
    const begin = progressOfPieces(progress, claimed.missing.length);
    const outputs = await pool.map(claimed.missing, async (model, i): Promise<Output> => {
      const piece = `${seed}/${i + 1}`;
      const write: Write = (onLogProbabilities) => continuer.write(model, piece, onLogProbabilities);
      const { sequence, ...facts } = await writeOne(continuer, write, primer, values, begin());
      await claimed.write(i, writeMidi(sequence));
      return { file: claimed.files[i], seed: piece, ...facts };
    });
    const model = { model: EVENT_MODELS[name], configuration, layers, precision, checkpoint, seed };
    const lines = [...outputs.map(line), ...thereLines(claimed), `seed ${seed}, ${configuration}`];
    return { data: { ...model, outputs, there: thereFiles(claimed) }, text: lines.join('\n') };
  } finally {
    progress.end();
    pool.dispose();
  }
}

const line = ({ file, notes, events, loss }: Output) =>
  `${file}  ${notes} notes, ${events} events, ${loss.toFixed(3)} nats per event`;

function primerValues(values: GenerateValues): PrimerValues {
  const all: Record<string, unknown> = { ...values };
  return Object.fromEntries(Object.keys(PRIMER_OPTIONS).map((name) => [name, all[name]]));
}

type Write = (onLogProbabilities: ContinueOptions['onLogProbabilities']) => Promise<NoteSequence>;

async function writeOne(
  continuer: Continuer,
  write: Write,
  primer: NoteSequence,
  values: GenerateValues,
  onShare: (share: number) => void,
): Promise<Pick<Output, 'notes' | 'events' | 'loss'> & { readonly sequence: NoteSequence }> {
  let [events, loss] = [0, 0];
  const written = await write((logProbabilities) => {
    events += logProbabilities.length;
    for (const value of logProbabilities) loss -= value;
    onShare(Math.min(1, events / continuer.expectedEvents));
  });
  let sequence = join(values['omit-primer'] ? { ...primer, notes: [] } : primer, written);
  if (values['render-chords'] && continuer.chords) {
    const withChords = { ...sequence, textAnnotations: continuer.chords };
    const rendered = chordNotes(withChords, { velocity: CHORD_VELOCITY });
    sequence = { ...withChords, notes: [...sequence.notes, ...rendered] };
  }
  if (values['omit-primer']) sequence = earlier(sequence, totalSeconds(primer));
  return { sequence, notes: written.notes.length, events, loss: events > 0 ? loss / events : 0 };
}

/** Softer than the melody over it (improv_rnn_generate.py). */
const CHORD_VELOCITY = 50;

/** The new music behind the given; their times are of one clock. */
function join(primer: NoteSequence, written: NoteSequence): NoteSequence {
  // Changes after its last note would bend what is written there.
  const { timeSignatures } = primer;
  const isInBeats = written.tempos !== undefined;
  return {
    ...primer,
    tempos: written.tempos ?? primer.tempos,
    ...(isInBeats && timeSignatures && { timeSignatures: [{ ...singleMeter(primer), time: 0 }] }),
    notes: [...primer.notes, ...written.notes],
    totalTime: Math.max(totalSeconds(primer), totalSeconds(written)),
    // The chords that were asked for take their place.
    textAnnotations: primer.textAnnotations?.filter((annotation) => !isChordSymbol(annotation)),
  };
}

/** Only what begins at `time` and later, moved to the beginning. */
function earlier(sequence: NoteSequence, time: number): NoteSequence {
  const { notes, tempos, totalTime = 0 } = sequence;
  return {
    notes: notes
      .filter(({ endTime = 0 }) => endTime > time)
      .map(({ startTime = 0, endTime = 0, ...note }) => ({
        ...note,
        startTime: Math.max(0, startTime - time),
        endTime: endTime - time,
      })),
    tempos: tempos?.slice(0, 1).map((tempo) => ({ ...tempo, time: 0 })),
    totalTime: Math.max(0, totalTime - time),
  };
}
