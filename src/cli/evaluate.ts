/** `timbrel evaluate`: how well a checkpoint foresees music that it has not learned from. */
import { SHIPPED_FILES } from '../checkpoints/shipped/all.js';
import type { MusicEvent } from '../music/events.js';
import {
  CONFIGURATIONS,
  type Configuration,
  type ConfigurationId,
} from '../models/event-rnn/encodings/configurations.js';
import type { WritingDefaults } from '../models/continuation/piece.js';
import { WRITING_DEFAULTS } from '../models/event-rnn/defaults.js';
import { checkpointOption, checkpointSource } from './checkpoint-option.js';
import { defineCommand } from './command.js';
import { CORPUS_OPTIONS, corpusOptions } from './corpus-options.js';
import { Corpus, type CorpusOptions } from './dataset/corpus.js';
import type { TrainingPiece } from './dataset/extraction.js';
import type { Split } from './dataset/splits.js';
import { eventModelOf } from './event-models.js';
import { BaselineTraining } from './evaluation/baselines.js';
import { controlPlan } from './evaluation/control-plan.js';
import { EventRNN } from '../models/event-rnn/event-rnn.js';
import { ModelPool } from './model-pool.js';
import { measureProducedMusic } from './evaluation/produced-music.js';
import { evaluationText, type Evaluation } from './evaluation/report.js';
import { ScoreSum, type Scores } from './evaluation/scores.js';
import { JUDGED_OPTIONS, judgedOptions } from './evaluation/judged-options.js';
import { wholeNumber } from './options.js';
import type { Progress } from './progress.js';
import { usageError } from './usage.js';

export const evaluateCommand = defineCommand({
  summary: 'Measure how well a checkpoint foresees held-out music',
  usage: 'MODEL --input PATH... [OPTIONS]',
  description:
    'Loss per event in nats, perplexity and accuracy, of every event after those before it; the first of a piece is given. ' +
    'With --baselines beside guesses at random, by frequency, and by interpolated Kneser-Ney n-grams of orders 1 to 5, which see ' +
    'the same classes, are trained on the training split with the same augmentation and tuned on the validation split. With ' +
    '--music N, what a musician hears in what the model writes on the first bar (or two seconds) of N held-out pieces, beside ' +
    'the same of how the pieces go on: density, keys, voices, notes that hang, beats, bars that return, the kick on one.',
  examples: [
    'melody-rnn --checkpoint ./attention_rnn --input data/ --baselines',
    'performance-rnn --checkpoint ./weights --input midi/ --group-by folder --music 50 --json',
  ],
  positionals: { min: 1, max: Infinity },
  options: {
    checkpoint: checkpointOption,
    config: { type: 'string', value: 'NAME', description: 'Configuration; by default what the tensors fit' },
    ...CORPUS_OPTIONS,
    split: JUDGED_OPTIONS.split,
    limit: { type: 'number', description: 'Judge N pieces only, the first ones' },
    baselines: { type: 'boolean', description: 'Uniform, unigram and n-gram losses too' },
    music: { type: 'number', description: 'Measure the music of N pieces that the model writes', default: 0 },
    'from-nothing': {
      type: 'boolean',
      description: 'Let the model begin those pieces by itself, without the beginnings of held-out ones',
    },
    temperature: { type: 'number', description: 'Of those pieces; by default that of the model' },
    'top-p': {
      type: 'number',
      description:
        'Draw those from the likeliest only, whose probabilities reach N together; by default as the model does',
    },
    seed: { type: 'string', value: 'SEED', description: 'Of those pieces', default: '0' },
    precision: JUDGED_OPTIONS.precision,
  },
  async run({ values, positionals, showProgress }) {
    const started = performance.now();
    const [word, ...more] = positionals;
    const model = eventModelOf(word);
    const { limit = Infinity, config: configuration } = values;
    const { split, precision } = judgedOptions(values);
    if (values.limit !== undefined) wholeNumber('limit', values.limit, 1);
    const count = wholeNumber('music', values.music, 0);
    const reading = showProgress('Reading');
    const options = corpusOptions(values, more, reading);
    const checkpoint = checkpointSource(values.checkpoint, model);
    const defaults: WritingDefaults = WRITING_DEFAULTS[model];
    const pool = await ModelPool.load((signal) =>
      EventRNN.load(model, SHIPPED_FILES, checkpoint, { configuration, precision, signal }),
    );
    try {
      const id = pool.first.description.configuration as ConfigurationId;
      const gathered = await gather(id, { options, split, limit, baselines: values.baselines });
      reading.end();
      const { heldOut, training, corpus } = gathered;
      const judged = configurationBy(id);
      const scoring = showProgress('Scoring');
      const scores = await score(pool, judged, heldOut, scoring);
      scoring.end();
      const baselines = training?.judge(heldOut.map(({ events }) => events));
      const writing = showProgress('Writing');
      const music =
        count > 0
          ? await measureProducedMusic(pool, judged, heldOut, {
              count,
              fromNothing: values['from-nothing'],
              temperature: values.temperature ?? defaults.temperature,
              topP: values['top-p'] ?? defaults.topP ?? 1,
              seed: values.seed,
              onPiece: (done) => writing.update(done, count),
            })
          : undefined;
      writing.end();
      const { layers, attentionLength, parameterCount } = pool.first.description;
      const data: Evaluation = {
        model,
        configuration: id,
        checkpoint,
        layers,
        attentionLength,
        parameterCount,
        precision: pool.first.description.precision,
        split,
        data: { inputs: options.inputs, ...corpus.counts(split), pieces: heldOut.length },
        unreadable: corpus.unreadable,
        ...scores,
        baselines,
        music,
        seconds: (performance.now() - started) / 1000,
      };
      return { text: evaluationText(data), data };
    } finally {
      pool.dispose();
    }
  },
});

const configurationBy = (id: ConfigurationId) => CONFIGURATIONS[id] as unknown as Configuration<MusicEvent>;

interface Wanted {
  readonly options: CorpusOptions;
  readonly split: Split;
  readonly limit: number;
  readonly baselines: boolean;
}

/** Held-out pieces; those that the baselines learn from are counted as they come, and not kept. */
async function gather(id: ConfigurationId, { options, split: wanted, limit, baselines }: Wanted) {
  const splits: readonly Split[] = baselines
    ? [...new Set<Split>(['train', 'validation', wanted])]
    : [wanted];
  const corpus = new Corpus(id, { ...options, splits });
  const training = baselines ? new BaselineTraining(configurationBy(id)) : undefined;
  const heldOut: TrainingPiece[] = [];
  for await (const { split, pieces } of corpus.read()) {
    for (const piece of pieces) {
      if (split === wanted && heldOut.length < limit && piece.events.length > 1) heldOut.push(piece);
      if (split === 'train') training?.train(piece.events);
      if (split === 'validation') training?.validate(piece.events);
    }
  }
  if (heldOut.length === 0) {
    throw usageError(`The inputs have no piece for ${id} in the ${wanted} split; ${corpus.explain(wanted)}`);
  }
  if (training?.missing)
    throw usageError(`The inputs have no ${training.missing}: --baselines needs all three splits`);
  return { corpus, heldOut, training };
}

async function score(
  pool: ModelPool<EventRNN>,
  configuration: Configuration<MusicEvent>,
  pieces: readonly TrainingPiece[],
  progress: Progress,
): Promise<Scores> {
  const sum = new ScoreSum(configuration);
  const total = pieces.reduce((events, piece) => events + piece.events.length, 0);
  let done = 0;
  const all = await pool.map(pieces, async (model, { events, controlsAt }) => {
    const scored = await model.score(events, { controls: controlPlan(controlsAt, events.length) });
    done += events.length;
    progress.update(done, total, `${done} of ${total} events`);
    return scored;
  });
  // In the order of the pieces: sums of floating point numbers are the same whichever worker was faster.
  all.forEach((scored, i) => sum.add(pieces[i].events, scored));
  return sum.scores();
}
