/** A Music Transformer as it runs inside a model worker: a checkpoint, one network, and pieces that are written with it. */
import type { CheckpointSource, LoadProgress } from '../../../checkpoints/checkpoint-source.js';
import { openCheckpoint, type OpenedCheckpoint } from '../../../checkpoints/checkpoint.js';
import { TimbrelError, throwIfAborted } from '../../../errors/timbrel-error.js';
import {
  eventOfToken,
  MELODY_VOCABULARY,
  PERFORMANCE_VOCABULARY,
} from '../../../music/performance-tokens.js';
import {
  parameterCount,
  type TransformerNetwork,
  type TransformerWeights,
} from '../../../ops/transformer/network.js';
import { createRandom } from '../../../random/random.js';
import { argmax, checkSampling, logProbabilityOf } from '../../sampling.js';
import type { WeightPrecision } from '../../load-options.js';
import { DEFAULT_MEMORY, LARGEST_MEMORY, parseConfig } from '../config.js';
import type {
  MusicTransformerDescription,
  MusicTransformerMethods,
  TokenAmount,
  TokenScores,
  WrittenTokens,
} from '../protocol.js';
import { createNetwork, type ChosenNetwork, type NetworkOptions } from './kernels.js';
import { NetworkReader, type PrepareOptions, type ReadingState } from './reader.js';
import { SoundingKeys } from './sounding-keys.js';
import { readTransformerWeights, transformerNames } from './weights.js';
import { writeTokens, type WriteTokensOptions } from './write-tokens.js';

export interface MusicTransformerModelOptions {
  readonly backend?: MusicTransformerMethods['load']['args']['backend'];
  readonly precision?: WeightPrecision;
  readonly tokensInMemory?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Makes the network, in tests. */
  readonly create?: typeof createNetwork;
}

export interface WriteOptions extends WriteTokensOptions, PrepareOptions {
  /** Tokens written that the asker knows; where they are those before the last write, it is taken back first. Default: all. */
  readonly known?: number;
}

/** A piece under way. */
export interface TokenPiece {
  /** Tokens of the primer that are within memory. */
  readonly heard: number;
  /** Writes on. A write that fails, or is given up, leaves the piece as it was. @throws OPTION_INVALID, GENERATION_STALLED, ABORTED */
  write(amount: TokenAmount, options: WriteOptions): Promise<WrittenTokens>;
  /** Nothing more is written. */
  close(): void;
}

/** One computation at a time: whoever asks waits for one before the next, as the worker's server does. */
export class MusicTransformerModel {
  private reader: NetworkReader;

  private constructor(
    private chosen: ChosenNetwork,
    private readonly weights: TransformerWeights,
    private readonly options: NetworkOptions,
    private readonly create: typeof createNetwork,
    private readonly endNotesAfter: number | undefined,
  ) {
    this.reader = new NetworkReader(chosen.network, weights.hasTiming);
  }

  private get network(): TransformerNetwork {
    return this.chosen.network;
  }

  /** @throws CHECKPOINT_*, ABORTED, OPTION_INVALID, WASM_UNAVAILABLE */
  static async load(
    source: CheckpointSource,
    options: MusicTransformerModelOptions = {},
  ): Promise<MusicTransformerModel> {
    const { signal, onProgress } = options;
    return MusicTransformerModel.of(await openCheckpoint(source, { signal, onProgress }), options);
  }

  /** @throws CHECKPOINT_*, ABORTED, OPTION_INVALID, WASM_UNAVAILABLE */
  static async of(
    opened: Pick<OpenedCheckpoint, 'entries' | 'readTensors' | 'readJSON'>,
    options: MusicTransformerModelOptions = {},
  ): Promise<MusicTransformerModel> {
    const { backend = 'auto', precision = 'int16', tokensInMemory, signal, onProgress } = options;
    const config = parseConfig(await opened.readJSON('config.json'));
    const names = transformerNames([...opened.entries.keys()]);
    const weights = readTransformerWeights(await opened.readTensors(names, { signal, onProgress }), config);
    throwIfAborted(signal, 'Loading MusicTransformer');
    const memory = checkedMemory(tokensInMemory) ?? config.memory ?? DEFAULT_MEMORY;
    const create = options.create ?? createNetwork;
    const networkOptions = { memory, precision };
    const chosen = await create(backend, weights, networkOptions);
    return new MusicTransformerModel(chosen, weights, networkOptions, create, config.endNotesAfter);
  }

  describe(): MusicTransformerDescription {
    const { layers, hidden, heads, hasTiming, encoder } = this.weights;
    const { backend, precision } = this.chosen;
    const { endNotesAfter } = this;
    const { attention, filter } = layers[0];
    const reach = attention.weights.distances?.reach ?? 0;
    return {
      model: 'MusicTransformer',
      backend,
      precision,
      ...(endNotesAfter !== undefined && { endNotesAfter }),
      layers: layers.length,
      hidden,
      heads,
      filter: filter.inner.kernel.columns,
      relative: reach > 0,
      reach,
      endless: !hasTiming,
      vocabulary: this.network.vocabulary,
      conditionedOnMelody: encoder !== undefined,
      tokensInMemory: this.network.memory,
      parameterCount: parameterCount(this.weights),
      bytes: this.network.bytes,
    };
  }

  /**
   * Begins a piece.
   * @throws EVENT_INVALID, CONTROL_INVALID
   */
  open(primer: readonly number[], seed: number | string, melody?: readonly number[]): TokenPiece {
    checkTokens(primer);
    this.checkMelody(melody);
    const reading = this.reader.begin(primer, melody);
    const random = createRandom(seed);
    const heard = primer.length - reading.origin;
    let ended = false;
    /** The keys that sound after all tokens: they hear each of them once. Undefined after going back. */
    let sounding: SoundingKeys | undefined;
    /** Before the last write. */
    let before:
      { readonly state: ReadingState; readonly random: number; readonly ended: boolean } | undefined;
    const takeBack = () => {
      if (!before) return;
      this.reader.restore(reading, before.state);
      random.state = before.random;
      ended = before.ended;
      sounding = undefined;
    };
    return {
      heard,
      write: async (amount, options) => {
        checkSampling(options.sampling);
        checkAmount(amount);
        checkForbidden(options.forbid);
        checkEndNotesAfter(options.endNotesAfter);
        checkSpareKeys(options.spareKeys);
        const { known } = options;
        if (known !== undefined && primer.length + known === before?.state.count) takeBack();
        if (before) this.reader.forget(before.state);
        before = { state: this.reader.save(reading), random: random.state, ended };
        if (ended) return { tokens: [], logProbabilities: [], ended };
        try {
          if (Object.values(amount)[0] > 0) await this.reader.prepare(reading, options);
          const next = async () => {
            if (this.reader.isBehind(reading)) await this.reader.prepare(reading, options);
            this.reader.readAhead(reading);
            return this.reader.logits(reading);
          };
          const append = (token: number) => void reading.tokens.push(token);
          sounding ??= new SoundingKeys(reading.tokens);
          const written = await writeTokens(next, append, amount, random, sounding, options);
          ({ ended } = written);
          return written;
        } catch (error) {
          await this.leaveLostGPU(error);
          takeBack();
          throw error;
        }
      },
      close: () => {
        if (before) this.reader.forget(before.state);
        before = undefined;
        this.reader.close(reading);
      },
    };
  }

  /**
   * Computes how likely tokens are, each after those before it, the first after nothing.
   * @param options.from the first token that is judged
   * @throws EVENT_INVALID, CONTROL_INVALID, ABORTED
   */
  async score(
    tokens: readonly number[],
    { melody, from = 0, signal }: { melody?: readonly number[]; from?: number; signal?: AbortSignal } = {},
  ): Promise<TokenScores> {
    checkTokens(tokens);
    this.checkMelody(melody);
    const reading = this.reader.begin(tokens.slice(0, from), melody);
    reading.tokens.push(...tokens.slice(from));
    const logProbabilities = new Float64Array(tokens.length - from);
    const hits = new Uint8Array(tokens.length - from);
    const take = (logits: Float32Array, index: number) => {
      logProbabilities[index - from] = logProbabilityOf(logits, tokens[index]);
      hits[index - from] = Number(argmax(logits) === tokens[index]);
    };
    try {
      await this.reader.each(reading, from, take, signal);
    } catch (error) {
      await this.leaveLostGPU(error);
      throw error;
    }
    return { logProbabilities, hits };
  }

  dispose(): void {
    this.network.dispose();
  }

  /** Goes on in WebAssembly, which reads pieces anew when they are written on. */
  private async leaveLostGPU(error: unknown): Promise<void> {
    if (!(error instanceof TimbrelError && error.code === 'GPU_LOST')) return;
    if (this.chosen.backend !== 'webgpu') return;
    this.network.dispose();
    this.chosen = await this.create('wasm', this.weights, this.options);
    this.reader = new NetworkReader(this.network, this.weights.hasTiming);
  }

  private checkMelody(melody: readonly number[] | undefined): void {
    const invalid = (what: string) => new TimbrelError('CONTROL_INVALID', what);
    const isConditioned = this.weights.encoder !== undefined;
    if (melody === undefined) {
      if (isConditioned)
        throw invalid(
          'This checkpoint accompanies a melody, and none is given; call accompany, or load one without',
        );
      return;
    }
    if (!isConditioned)
      throw invalid(
        'A melody is given, and this checkpoint is not conditioned on one; leave it out, or load one that is, such as melody_conditioned_model_16',
      );
    const wrong = melody.find(
      (token) => !(Number.isInteger(token) && token >= 0 && token < MELODY_VOCABULARY),
    );
    if (wrong !== undefined)
      throw invalid(`${wrong} is no token of a melody; those are 0 to ${MELODY_VOCABULARY - 1}`);
  }
}

function checkTokens(tokens: readonly number[]): void {
  for (const token of tokens) eventOfToken(token);
}

function checkAmount(amount: TokenAmount): void {
  const [[name, value]] = Object.entries(amount) as [string, unknown][];
  if (Number.isInteger(value) && Number(value) >= 0) return;
  throw new TimbrelError('OPTION_INVALID', `${name} is ${String(value)}; expected a whole number, 0 or more`);
}

function checkForbidden(forbid: readonly number[]): void {
  const isRight =
    Array.isArray(forbid) &&
    forbid.every((token) => Number.isInteger(token) && token >= 0 && token < PERFORMANCE_VOCABULARY) &&
    new Set(forbid).size < PERFORMANCE_VOCABULARY;
  if (isRight) return;
  throw new TimbrelError(
    'OPTION_INVALID',
    `forbid is ${JSON.stringify(forbid)?.slice(0, 60)}; expected a list of tokens, 0 to ${PERFORMANCE_VOCABULARY - 1}, that leaves at least one`,
  );
}

function checkEndNotesAfter(value: number | undefined): void {
  if (value === undefined || (typeof value === 'number' && value >= 0)) return;
  throw new TimbrelError(
    'OPTION_INVALID',
    `endNotesAfter is ${String(value)}; expected seconds, 0 or more; Infinity leaves it to the model`,
  );
}

function checkSpareKeys(value: number | undefined): void {
  if (value === undefined || (Number.isFinite(value) && value >= 0)) return;
  throw new TimbrelError(
    'OPTION_INVALID',
    `spareKeys is ${String(value)}; expected nats, 0 or more; 0 leaves it to the model`,
  );
}

function checkedMemory(value: number | undefined): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= 16 && value <= LARGEST_MEMORY))
    return value;
  throw new TimbrelError(
    'OPTION_INVALID',
    `tokensInMemory is ${String(value)}; expected a whole number from 16 to ${LARGEST_MEMORY}`,
  );
}
