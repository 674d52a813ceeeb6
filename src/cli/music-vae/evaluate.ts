/** `timbrel evaluate music-vae`: how well a checkpoint gives back windows that it has not learned from. */
import { MusicVAE } from '../../models/music-vae/music-vae.js';
import type { PieceEvaluation } from '../../models/music-vae/protocol.js';
import { drumLabels } from '../../music/drum-classes.js';
import { melodyLabels } from '../../music/melody-labels.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { quantizeNoteSequence } from '../../music/quantize.js';
import { checkpointOption, checkpointSource } from '../checkpoint-option.js';
import { defineCommand } from '../command.js';
import { JUDGED_OPTIONS, judgedOptions } from '../evaluation/judged-options.js';
import { wholeNumber } from '../options.js';
import { usageError } from '../usage.js';
import {
  grooveScores,
  nearestAgreement,
  stepScores,
  windowMeasures,
  type GrooveScores,
  type StepScores,
  type WindowMeasures,
} from './scores.js';
import { readWindows, type WindowKind } from './windows.js';

interface VAEEvaluation {
  readonly configuration: string;
  readonly kind: WindowKind;
  readonly checkpoint: string;
  readonly parameterCount: number;
  readonly precision: string;
  readonly split: string;
  /** The scores of melodies and drums. */
  readonly steps?: StepScores & { readonly nearestTrainingWindow: number };
  readonly groove?: GrooveScores;
  readonly music?: {
    readonly data: WindowMeasures;
    readonly samples: WindowMeasures;
    readonly count: number;
  };
}

/** Windows that are judged before progress is told. */
const WINDOWS_AT_A_TIME = 64;

export const musicVAEEvaluateCommand = defineCommand({
  summary: 'Measure how well a MusicVAE gives back windows that it has not learned from',
  usage: '--data FOLDER [OPTIONS]',
  description:
    'FOLDER is what `timbrel dataset music-vae` wrote. Of melodies and drums: the share of steps that are right, after the true ones ' +
    'and after its own, beside the most similar training window. Of grooves: errors of velocities and offsets, beside the mean groove ' +
    'of the training data. With --music N, what N samples are like beside the data.',
  examples: ['--data data/', '--checkpoint ./weights --data data/ --limit 1000 --music 500 --json'],
  options: {
    checkpoint: checkpointOption,
    data: { type: 'string', value: 'FOLDER', description: 'Windows: {train,validation,test}/windows.npy' },
    split: JUDGED_OPTIONS.split,
    limit: { type: 'number', description: 'Judge N windows only, spread over the split', default: 500 },
    music: { type: 'number', description: 'Measure N samples', default: 0 },
    temperature: { type: 'number', description: 'Of those samples', default: 0.5 },
    seed: { type: 'string', value: 'SEED', description: 'Of those samples', default: '0' },
    precision: JUDGED_OPTIONS.precision,
  },
  async run({ values, showProgress }) {
    const { data: folder, temperature, seed } = values;
    if (folder === undefined) throw usageError('--data is missing: a folder with windows');
    const { split, precision } = judgedOptions(values);
    const limit = wholeNumber('limit', values.limit, 1);
    const count = wholeNumber('music', values.music, 0);
    const checkpoint = checkpointSource(values.checkpoint, 'MusicVAE');
    const model = await MusicVAE.load(checkpoint, { precision });
    const progress = showProgress('Judging');
    try {
      const { kind, steps, configuration, parameterCount } = model.description;
      if (kind !== 'melody' && kind !== 'drums' && kind !== 'groove')
        throw usageError(`There are no windows of the kind ${kind}: melodies, drums and grooves are judged`);
      const training = await readWindows(folder, 'train', kind, steps);
      const windows = spread(await readWindows(folder, split, kind, steps), limit);
      if (windows.length === 0)
        throw usageError(`${folder} has no windows in the ${split} split; --split takes another`);
      const pieces = windows.map((window) => eventsOf(window, kind, model.description.eventWidth));
      const evaluations: PieceEvaluation[] = [];
      for (let from = 0; from < pieces.length; from += WINDOWS_AT_A_TIME) {
        progress.update(from, pieces.length);
        const judged = await model.evaluate(pieces.slice(from, from + WINDOWS_AT_A_TIME));
        for (const evaluation of judged) evaluations.push(asWindow(evaluation, kind));
      }
      const isGroove = kind === 'groove';
      const data: VAEEvaluation = {
        configuration,
        kind,
        checkpoint,
        parameterCount,
        precision: model.description.precision,
        split,
        ...(isGroove
          ? { groove: grooveScores(windows, evaluations, training) }
          : {
              steps: {
                ...stepScores(windows, evaluations, kind === 'melody' ? 2 : 1),
                nearestTrainingWindow: nearestAgreement(windows, training, kind === 'melody'),
              },
            }),
        ...(count > 0 && {
          music: {
            count,
            data: measure(windows, kind),
            samples: measure(await samples(model, kind, { count, temperature, seed }), kind),
          },
        }),
      };
      return { text: textOf(data), data };
    } finally {
      progress.end();
      model.dispose();
    }
  },
});

/** At most `limit` of them, at equal distances. */
const spread = <T>(all: readonly T[], limit: number): T[] =>
  all.length <= limit
    ? [...all]
    : Array.from({ length: limit }, (_, i) => all[Math.floor((i * all.length) / limit)]);

/** Drums are bits where a NADE writes them. */
function eventsOf(window: Float32Array, kind: WindowKind, width: number): Float32Array {
  if (kind !== 'drums' || width === 1) return window;
  return Float32Array.from(
    [...window].flatMap((label) => Array.from({ length: width }, (_, bit) => (label >> bit) & 1)),
  );
}

function asWindow(evaluation: PieceEvaluation, kind: WindowKind): PieceEvaluation {
  const { reconstruction, logProbabilities } = evaluation;
  const width = reconstruction.length / logProbabilities.length;
  if (kind !== 'drums' || width === 1) return evaluation;
  const labels = logProbabilities.map((_, step) =>
    reconstruction
      .subarray(step * width, (step + 1) * width)
      .reduce((label, bit, i) => label + bit * 2 ** i, 0),
  );
  return { ...evaluation, reconstruction: Float32Array.from(labels) };
}

const DRUMS = 9;

function measure(windows: readonly Float32Array[], kind: WindowKind): WindowMeasures {
  if (kind !== 'groove') return windowMeasures(windows, kind);
  const labels = windows.map((window) =>
    Float32Array.from({ length: window.length / 27 }, (_, step) =>
      window
        .subarray(step * 27, step * 27 + DRUMS)
        .reduce((label, hit, i) => label + (hit > 0.5 ? 2 ** i : 0), 0),
    ),
  );
  return windowMeasures(labels, 'drums');
}

async function samples(
  model: MusicVAE,
  kind: WindowKind,
  { count, temperature, seed }: { count: number; temperature: number; seed: string },
): Promise<Float32Array[]> {
  const { steps } = model.description;
  const written = await model.sample(count, { temperature, seed });
  const labels = (sequence: NoteSequence) => {
    const quantized = quantizeNoteSequence(sequence);
    return kind === 'melody' ? melodyLabels(quantized, { steps }) : drumLabels(quantized, steps);
  };
  const windows = written.map((sequence) => Float32Array.from(labels(sequence)));
  if (kind !== 'groove') return windows;
  // Hits are all that is measured.
  return windows.map((window) =>
    Float32Array.from([...window].flatMap((label) => [...bits(label), ...Array<number>(18).fill(0)])),
  );
}

const bits = (label: number) => Array.from({ length: DRUMS }, (_, i) => (label >> i) & 1);

const percent = (value: number | null) => (value === null ? '-' : `${(100 * value).toFixed(1)} %`);
const row = (name: string, ...values: string[]) =>
  `  ${name.padEnd(36)}${values.map((value) => value.padStart(12)).join('')}`;

function textOf({ configuration, kind, parameterCount, split, steps, groove, music }: VAEEvaluation): string {
  const lines = [`${configuration || kind}, ${parameterCount} parameters`];
  if (steps) {
    lines.push(
      `${split}: ${steps.windows} windows`,
      row('steps right after the true ones', percent(steps.teacherForced)),
      row('steps right after its own', percent(steps.freeRunning)),
      row('onsets right after its own', percent(steps.freeRunningOnsets)),
      row('windows without a mistake', percent(steps.whole)),
      row('most similar training window', percent(steps.nearestTrainingWindow)),
      row('loss, nats per step', steps.loss.toFixed(4)),
      row('divergence, nats per window', steps.divergence?.toFixed(1) ?? '-'),
    );
  }
  if (groove) {
    const errors = (name: string, { velocity, offset }: { velocity: number; offset: number }) =>
      row(name, velocity.toFixed(2), `${offset.toFixed(2)} ms`);
    lines.push(
      `${split}: ${groove.windows} windows`,
      row(
        'hits: precision, recall, F1',
        percent(groove.precision),
        percent(groove.recall),
        percent(groove.f1),
      ),
      row('', 'velocity', 'offset'),
      errors('after its own', groove.freeRunning),
      errors('after the true ones', groove.teacherForced),
      errors('mean groove of training', groove.meanGroove),
      errors('on the grid, mean velocity', groove.quantised),
      row('divergence, nats per window', groove.divergence?.toFixed(1) ?? '-'),
    );
  }
  if (music) {
    const { data, samples: own, count } = music;
    lines.push(
      '',
      row(`${count} samples`, 'data', 'samples'),
      row('on the beat', percent(data.onBeat), percent(own.onBeat)),
      row('begins in a bar', data.density.toFixed(2), own.density.toFixed(2)),
      row('second bar is the first again', percent(data.barsThatReturn), percent(own.barsThatReturn)),
      row('notes outside the best scale', percent(data.offKey), percent(own.offKey)),
    );
  }
  return lines.join('\n');
}
