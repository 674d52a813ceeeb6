/** A MusicVAE as it runs inside a model worker: a checkpoint, its converter and its network. */
import type { CheckpointSource, LoadProgress } from '../../../checkpoints/checkpoint-source.js';
import { openCheckpoint, type OpenedCheckpoint } from '../../../checkpoints/checkpoint.js';
import { TimbrelError, throwIfAborted } from '../../../errors/timbrel-error.js';
import { checkLatent } from '../../../latent/latent.js';
import type { NoteSequence } from '../../../music/note-sequence.js';
import { quantizeNoteSequence, unquantizeSequence } from '../../../music/quantize.js';
import { createRandom, gaussianVector } from '../../../random/random.js';
import type { WeightPrecision } from '../../load-options.js';
import { checkSampling, type SamplingOptions } from '../../sampling.js';
import { controlNames, encodeControls, type Controls } from '../controls.js';
import type { MusicVAEDescription, PieceEvaluation, PieceScore } from '../protocol.js';
import { totalWidth } from '../converters/converter.js';
import { pieceSeed, type Seeds } from '../seeds.js';
import { fitCheckpoint, type FittedCheckpoint } from './fit.js';
import { sampleEvent, scoreEvent } from './heads.js';
import { createLayers } from './create-layers.js';
import { VAENetwork, type Posterior, type RunOptions } from './network.js';
import { coreColumns } from './weights.js';

export interface MusicVAELoadOptions {
  readonly configuration?: string;
  readonly backend?: 'wasm' | 'cpu';
  readonly precision?: WeightPrecision;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

interface CallOptions {
  readonly controls?: Controls;
  readonly signal?: AbortSignal;
}

export interface EncodeOptions extends CallOptions {
  /** Default 0: the mean. */
  readonly temperature?: number;
  readonly seed?: number | string;
}

export interface DecodeOptions extends CallOptions {
  readonly sampling?: SamplingOptions;
  readonly seed?: Seeds;
  readonly qpm?: number;
  readonly onSequence?: (sequence: NoteSequence, index: number) => void;
}

/** Pieces that are computed in lockstep: beyond so many weights are no longer what takes the time. */
const PIECES_AT_A_TIME = 16;

export class MusicVAEModel {
  private constructor(
    private readonly network: VAENetwork,
    private readonly fitted: FittedCheckpoint,
    private readonly precision: WeightPrecision,
  ) {}

  /** @throws CHECKPOINT_*, CONFIGURATION_UNKNOWN, ABORTED, WASM_UNAVAILABLE */
  static async load(source: CheckpointSource, options: MusicVAELoadOptions = {}): Promise<MusicVAEModel> {
    const { signal, onProgress } = options;
    return MusicVAEModel.of(await openCheckpoint(source, { signal, onProgress }), options);
  }

  /** @throws CHECKPOINT_*, CONFIGURATION_UNKNOWN, ABORTED, WASM_UNAVAILABLE */
  static async of(opened: OpenedCheckpoint, options: MusicVAELoadOptions = {}): Promise<MusicVAEModel> {
    const { configuration, backend = 'wasm', precision = 'int16', signal, onProgress } = options;
    const fitted = await fitCheckpoint(opened, configuration, { signal, onProgress });
    throwIfAborted(signal, 'Loading MusicVAE');
    const layers = await createLayers(backend, precision);
    const { rows, segments } = fitted.converter;
    const network = new VAENetwork(layers, fitted.weights, rows, segments);
    return new MusicVAEModel(network, fitted, layers.backend === 'cpu' ? 'float32' : precision);
  }

  describe(): MusicVAEDescription {
    const { id, config, converter, weights } = this.fitted;
    const { kind, steps, stepsPerQuarter, segments } = converter;
    return {
      model: 'MusicVAE',
      configuration: id,
      kind,
      latentSize: this.network.latentSize,
      steps,
      stepsPerQuarter,
      segments,
      eventWidth: totalWidth(converter.heads),
      hears: hearsOf(config.dataConverter.args),
      controls: controlNames(config),
      backend: this.network.backend,
      precision: this.precision,
      parameterCount: weights.parameterCount,
      bytes: this.network.bytes,
    };
  }

  /**
   * @throws OPTION_INVALID, SEQUENCE_TOO_LONG, NOTES_MISSING, MELODY_POLYPHONIC, PITCH_RANGE, PROGRAMS_MIXED, CONTROL_INVALID, CHORD_*,
   *   TEMPO_CHANGES, METER_*, NOTE_SEQUENCE_INVALID, ABORTED
   */
  async encode(
    sequences: readonly NoteSequence[],
    { controls = {}, temperature = 0, seed = 0, signal }: EncodeOptions = {},
  ): Promise<Float32Array[]> {
    if (!(temperature >= 0 && temperature < Infinity))
      throw new TimbrelError('OPTION_INVALID', `temperature is ${temperature}; expected a number, 0 or more`);
    const { config, converter } = this.fitted;
    const rows = encodeControls(config, converter, controls);
    const pieces = sequences.map((sequence) => converter.encoderInput(this.eventsOf(sequence)));
    const posteriors = await inParts(pieces, (part) => this.network.encode(part, { controls: rows, signal }));
    return posteriors.map((posterior, i) => pointOf(posterior, temperature, pieceSeed(seed, i)));
  }

  /** @throws OPTION_INVALID, LATENT_INVALID, CONTROL_INVALID, CHORD_*, ABORTED */
  async decode(latents: readonly Float32Array[], options: DecodeOptions = {}): Promise<NoteSequence[]> {
    const { sampling = { temperature: 0 }, seed = 0, qpm = 120, controls = {}, signal, onSequence } = options;
    checkSampling(sampling);
    latents.forEach((z, i) => checkLatent(z, this.network.latentSize, `latents[${i}]`));
    const { config, converter, weights } = this.fitted;
    const rows = encodeControls(config, converter, controls);
    const randoms = latents.map((_, i) => createRandom(pieceSeed(seed, i)));
    let done = 0;
    return inParts(latents, async (part) => {
      const first = done;
      done += part.length;
      const events = await this.network.decode(
        part,
        ({ core, row }, output, event) =>
          sampleEvent(weights.cores[core], output, event, sampling, randoms[first + row]),
        { controls: rows, signal },
      );
      const sequences = events.map((piece) => converter.write(piece, qpm));
      sequences.forEach((sequence, i) => onSequence?.(sequence, first + i));
      return sequences;
    });
  }

  /** @throws as encode and decode */
  async score(
    sequence: NoteSequence,
    { z, controls = {}, signal }: CallOptions & { readonly z?: Float32Array } = {},
  ): Promise<PieceScore> {
    const { config, converter } = this.fitted;
    if (z) checkLatent(z, this.network.latentSize);
    const rows = encodeControls(config, converter, controls);
    const events = this.eventsOf(sequence);
    const [posterior] = z
      ? []
      : await this.network.encode([converter.encoderInput(events)], { controls: rows, signal });
    const latent = z ?? posterior?.mean ?? new Float32Array(this.network.latentSize);
    const [{ logProbabilities, hits }] = await this.dictate([events], [latent], { controls: rows, signal });
    return { logProbabilities, hits, divergence: posterior && divergenceOf(posterior) };
  }

  /**
   * Pieces that are given as events: how well each is foreseen step by step given its own point, and what is written of that point
   * alone at temperature 0.
   * @param pieces [rows, width of all heads] each
   * @throws CONTROL_INVALID, CHORD_*, OPTION_INVALID, ABORTED
   */
  async evaluate(
    pieces: readonly Float32Array[],
    { controls = {}, signal }: CallOptions = {},
  ): Promise<PieceEvaluation[]> {
    const { config, converter, weights } = this.fitted;
    const width = totalWidth(converter.heads);
    const wrong = pieces.find(({ length }) => length !== converter.rows * width);
    if (wrong) {
      throw new TimbrelError(
        'OPTION_INVALID',
        `A piece has ${wrong.length} numbers; this model's have ${converter.rows} x ${width}`,
      );
    }
    const rows = encodeControls(config, converter, controls);
    const run = { controls: rows, signal };
    return inParts(pieces, async (part) => {
      const posteriors = await this.network.encode(
        part.map((events) => converter.encoderInput(events)),
        run,
      );
      const points = posteriors.map(({ mean }) => mean);
      const scores = await this.dictate(part, points, run);
      const written = await this.network.decode(
        points,
        ({ core }, output, event) =>
          sampleEvent(weights.cores[core], output, event, { temperature: 0 }, () => 0),
        run,
      );
      return scores.map((score, i) => ({
        ...score,
        divergence: divergenceOf(posteriors[i]),
        reconstruction: written[i],
      }));
    });
  }

  /** Events that are dictated, so that each is judged after those that were given, of several pieces in lockstep. */
  private async dictate(
    pieces: readonly Float32Array[],
    latents: readonly Float32Array[],
    run: RunOptions,
  ): Promise<{ logProbabilities: Float64Array; hits: Uint8Array; foreseen: Float32Array }[]> {
    const { converter, weights } = this.fitted;
    const columns = coreColumns(weights.cores);
    const scores = pieces.map((events) => ({
      logProbabilities: new Float64Array(converter.rows),
      hits: new Uint8Array(converter.rows).fill(1),
      foreseen: new Float32Array(events.length),
    }));
    await this.network.decode(
      latents,
      ({ core, row, step }, output, event) => {
        const { from, width } = columns[core];
        const start = step * (pieces[row].length / converter.rows) + from;
        const { logProbabilities, hits, foreseen } = scores[row];
        const likeliest = foreseen.subarray(start, start + width);
        sampleEvent(weights.cores[core], output, likeliest, { temperature: 0 }, () => 0);
        event.set(pieces[row].subarray(start, start + width));
        const { logProbability, isLikeliest } = scoreEvent(weights.cores[core], output, event);
        logProbabilities[step] += logProbability;
        hits[step] &= Number(isLikeliest);
      },
      run,
    );
    return scores;
  }

  /** A sequence in any time, as the network reads it. */
  private eventsOf(sequence: NoteSequence): Float32Array {
    const { converter } = this.fitted;
    const { stepsPerQuarter } = converter;
    const { quantizationInfo: given } = sequence;
    // Steps of beats as they are: unless where notes lie between them is what is read.
    const isFitting = given?.stepsPerQuarter === stepsPerQuarter && !given.stepsPerSecond;
    if (isFitting && converter.kind !== 'groove') return converter.eventsOf(sequence);
    const isQuantized = Boolean(given?.stepsPerQuarter ?? given?.stepsPerSecond);
    const timed = sequence.notes.some(({ startTime, endTime }) => (startTime ?? endTime) !== undefined);
    const seconds = isQuantized && !timed ? unquantizeSequence(sequence) : sequence;
    return converter.eventsOf(quantizeNoteSequence(seconds, stepsPerQuarter));
  }

  dispose(): void {
    this.network.dispose();
  }
}

function hearsOf(args: Readonly<Record<string, unknown>>): MusicVAEDescription['hears'] {
  if (args.tapify) return 'tap';
  if (args.humanize) return 'humanize';
  return args.addClosedHiHat ? 'no closed hi-hat' : 'all';
}

/** @throws OPTION_INVALID */
function pointOf({ mean, deviation }: Posterior, temperature: number, seed: number | string): Float32Array {
  if (temperature === 0) return mean;
  if (deviation.length === 0) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `temperature is ${temperature}, and the checkpoint has no encoder/sigma to draw with; expected 0, the mean`,
    );
  }
  const noise = gaussianVector(seed, mean.length);
  return mean.map((value, i) => value + temperature * deviation[i] * noise[i]);
}

/** KL(N(mean, deviation^2) || N(0, 1)), nats. */
function divergenceOf({ mean, deviation }: Posterior): number | undefined {
  if (deviation.length === 0) return undefined;
  return mean.reduce((sum, value, i) => {
    const variance = deviation[i] ** 2;
    return sum + 0.5 * (variance + value ** 2 - 1 - Math.log(variance));
  }, 0);
}

async function inParts<T, R>(
  all: readonly T[],
  work: (part: readonly T[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < all.length; from += PIECES_AT_A_TIME)
    results.push(...(await work(all.slice(from, from + PIECES_AT_A_TIME))));
  return results;
}
