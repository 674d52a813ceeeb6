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
import type { MusicVAEDescription, PieceScore } from '../protocol.js';
import { pieceSeed } from '../seeds.js';
import { fitCheckpoint, type FittedCheckpoint } from './fit.js';
import { sampleEvent, scoreEvent } from './heads.js';
import { createLayers } from './create-layers.js';
import { VAENetwork, type Posterior } from './network.js';

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
  readonly seed?: number | string;
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
    const rows = encodeControls(this.fitted.config, this.fitted.converter, controls);
    const pieces = sequences.map((sequence) => this.read(sequence));
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
    const { config, converter, weights } = this.fitted;
    if (z) checkLatent(z, this.network.latentSize);
    const rows = encodeControls(config, converter, controls);
    const piece = this.read(sequence);
    const [posterior] = z ? [] : await this.network.encode([piece], { controls: rows, signal });
    const latent = z ?? posterior?.mean ?? new Float32Array(this.network.latentSize);
    const logProbabilities = new Float64Array(converter.rows);
    const hits = new Uint8Array(converter.rows).fill(1);
    const width = piece.events.length / converter.rows;
    const outputs = converter.kind === 'groove' ? new Float32Array(piece.events.length) : undefined;
    // Each event is dictated, so that the next is judged after those that were given.
    let column = 0;
    const columns = weights.cores.map(({ heads }) => {
      const from = column;
      column += heads.reduce((sum, head) => sum + (head.type === 'categorical' ? 1 : head.size), 0);
      return from;
    });
    await this.network.decode(
      [latent],
      ({ core, step }, output, event) => {
        if (outputs) {
          const own = outputs.subarray(step * width, (step + 1) * width);
          sampleEvent(weights.cores[core], output, own, { temperature: 0 }, () => 0);
        }
        const from = step * width + columns[core];
        event.set(piece.events.subarray(from, from + event.length));
        const { logProbability, isLikeliest } = scoreEvent(weights.cores[core], output, event);
        logProbabilities[step] += logProbability;
        hits[step] &= Number(isLikeliest);
      },
      { controls: rows, signal },
    );
    return { logProbabilities, hits, divergence: posterior && divergenceOf(posterior), outputs };
  }

  /** A sequence in any time, as the network reads it. */
  private read(sequence: NoteSequence) {
    const { converter } = this.fitted;
    const { stepsPerQuarter } = converter;
    const { quantizationInfo: given } = sequence;
    // Steps of beats as they are: unless where notes lie between them is what is read.
    const isFitting = given?.stepsPerQuarter === stepsPerQuarter && !given.stepsPerSecond;
    if (isFitting && converter.kind !== 'groove') return converter.read(sequence);
    const isQuantized = Boolean(given?.stepsPerQuarter ?? given?.stepsPerSecond);
    const timed = sequence.notes.some(({ startTime, endTime }) => (startTime ?? endTime) !== undefined);
    const seconds = isQuantized && !timed ? unquantizeSequence(sequence) : sequence;
    return converter.read(quantizeNoteSequence(seconds, stepsPerQuarter));
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
