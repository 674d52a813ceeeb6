/**
 * Reads pieces into a network that holds one at a time: what it has read already is read no second time, positions that would be
 * beyond its memory begin anew from the last half of it, which its twin reads along ahead of time, and whoever comes back finds the
 * piece as it was.
 */
import { throwIfAborted } from '../../../errors/timbrel-error.js';
import type { NetworkCopy, TransformerNetwork } from '../../../ops/transformer/network.js';
import { yieldToMessages } from '../../yield.js';

/** A list of tokens that grows, and the part of it that is within memory. */
export interface Reading {
  readonly melody: readonly number[];
  readonly tokens: number[];
  /** The network has read a 0 and the tokens from here on. */
  origin: number;
}

/** A point to come back to. */
export interface ReadingState {
  readonly count: number;
  readonly origin: number;
  /** The state itself, where the first positions were overwritten and reading again would not lead back. */
  readonly copy: NetworkCopy | undefined;
}

export interface PrepareOptions {
  readonly signal?: AbortSignal;
  /** Takes tokens read, of those that have to be. */
  readonly onRead?: (done: number, total: number) => void;
}

/** Long enough that letting messages in costs nothing, short enough that an abort is heard at once. */
const MILLISECONDS_AT_A_TIME = 8;

export class NetworkReader {
  private active: Reading | undefined;
  /** Those of its own network; a network that was lost had others. */
  private readonly copies = new WeakSet<NetworkCopy>();
  private readonly parked = new WeakMap<Reading, NetworkCopy>();
  /** The row of the last reading that the last token has; undefined after going back. */
  private row: number | undefined;
  /** The next beginning, which the twin reads along. */
  private aside: { readonly reading: Reading; readonly origin: number } | undefined;

  /** @param hasPositions they end where memory ends */
  constructor(
    private network: TransformerNetwork,
    private readonly hasPositions: boolean,
  ) {}

  /** A reading of given tokens; of more than there is memory for, the last are read. */
  begin(tokens: readonly number[], melody: readonly number[] = []): Reading {
    const origin = Math.max(0, tokens.length + 1 - this.network.memory);
    return { melody, tokens: [...tokens], origin };
  }

  /**
   * Hears the melody, reads what is missing, and lets messages in.
   * @throws ABORTED
   */
  async prepare(reading: Reading, { signal, onRead }: PrepareOptions = {}): Promise<void> {
    this.activate(reading);
    let wanted = this.wanted(reading);
    const before = this.network.length;
    let until = performance.now() + MILLISECONDS_AT_A_TIME;
    for (;;) {
      wanted = this.wanted(reading);
      const { network } = this;
      if (!network.hear()) {
        if (network.length >= wanted - 1) return;
        this.readSome(reading, wanted - 1);
      }
      if (performance.now() < until) continue;
      if (network.length > before) onRead?.(network.length - before, wanted - before);
      await yieldToMessages();
      throwIfAborted(signal, 'Reading the primer');
      // Whoever came in between has the network now.
      this.activate(reading);
      until = performance.now() + MILLISECONDS_AT_A_TIME;
    }
  }

  /** Tells whether {@link prepare} has more to do than can be done at once. */
  isBehind(reading: Reading): boolean {
    this.activate(reading);
    const wanted = this.wanted(reading);
    return wanted - this.network.length > this.network.tokensAtATime;
  }

  /** The logits after the last token, and after what is missing was read; valid until the next call of anything. */
  logits(reading: Reading): Float32Array | Promise<Float32Array> {
    this.activate(reading);
    const wanted = this.wanted(reading);
    const { network } = this;
    if (network.length >= wanted && this.row === undefined) network.rewind(wanted - 1);
    while (network.length < wanted) this.readSome(reading, wanted);
    return network.logits(this.row ?? 0);
  }

  /** Reads some of what the piece begins anew from when its positions end, as soon as there is as much as is read at once. */
  readAhead(reading: Reading): void {
    this.activate(reading);
    const { twin } = this.network;
    if (!this.hasPositions || !twin) return;
    const origin = this.nextOrigin(reading.origin);
    if (!this.holdsAside(reading, origin)) {
      this.aside = { reading, origin };
      twin.begin(reading.melody);
    }
    const there = reading.tokens.length - origin + 1;
    if (there - twin.length < twin.tokensAtATime) return;
    twin.read(inputsOf(reading.tokens, origin, twin.length, twin.tokensAtATime));
    this.row = undefined;
  }

  /**
   * The logits that come before each of the tokens from `from` on.
   * @param take takes the logits for a token and its index
   * @throws ABORTED
   */
  async each(
    reading: Reading,
    from: number,
    take: (logits: Float32Array, index: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const { tokens } = reading;
    this.activate(reading);
    let index = from;
    while (index < tokens.length) {
      // A piece that ends there, as far as its reading is concerned.
      const soFar: Reading = { ...reading, tokens: tokens.slice(0, index) };
      this.active = soFar;
      await this.prepare(soFar, { signal });
      const logits = await this.logits(soFar);
      reading.origin = soFar.origin;
      take(logits, index++);
      // As many as follow without a new beginning are read at once.
      const room = this.hasPositions ? this.network.memory - this.network.length : Infinity;
      const count = Math.min(this.network.tokensAtATime, tokens.length - index, room);
      if (count > 0) {
        this.network.read(tokens.slice(index - 1, index - 1 + count));
        for (let row = 0; row < count; row++) take(await this.network.logits(row), index++);
        this.row = count - 1;
      }
      await yieldToMessages();
      throwIfAborted(signal, 'Scoring');
    }
    this.active = undefined;
  }

  save(reading: Reading): ReadingState {
    this.activate(reading);
    const copy = this.network.length > this.network.memory ? this.network.copy() : undefined;
    if (copy) this.copies.add(copy);
    return { count: reading.tokens.length, origin: reading.origin, copy };
  }

  /** Lets go of a point that nobody comes back to any more. */
  forget({ copy }: ReadingState): void {
    if (copy && this.copies.has(copy)) this.network.forget?.(copy);
  }

  /** Lets go of a piece. */
  close(reading: Reading): void {
    const copy = this.parked.get(reading);
    if (copy) this.network.forget?.(copy);
    this.parked.delete(reading);
    if (this.active === reading) this.active = undefined;
  }

  restore(reading: Reading, { count, origin, copy }: ReadingState): void {
    this.activate(reading);
    reading.tokens.length = count;
    const isBack = origin === reading.origin;
    reading.origin = origin;
    this.row = undefined;
    const { network, aside } = this;
    const held = Math.min(network.length, this.wanted(reading));
    if (copy && this.copies.has(copy)) network.paste(copy);
    else if (copy) {
      // What went before memory can be read no more.
      network.begin(reading.melody);
      reading.origin = Math.max(origin, count + 1 - network.memory);
    } else if (!isBack || !network.rewind(held)) network.begin(reading.melody);
    // What the twin has read of the tokens that are taken back is nothing to go on from.
    const there = count - (aside?.origin ?? 0) + 1;
    if (network.twin && network.twin.length > there) this.aside = undefined;
  }

  /** Inputs of the network: a 0, and the tokens from the origin on. Moves the origin where there is no room for them. */
  private wanted(reading: Reading): number {
    const { memory } = this.network;
    if (this.hasPositions && reading.tokens.length - reading.origin + 1 > memory) {
      const next = this.nextOrigin(reading.origin);
      const isNext = reading.tokens.length - next + 1 <= memory && this.swap(reading, next);
      reading.origin = isNext ? next : reading.tokens.length - Math.floor(memory / 2);
      if (!isNext) this.network.begin(reading.melody);
      this.row = undefined;
    }
    return reading.tokens.length - reading.origin + 1;
  }

  /** The token from which a piece is read that has no room any more. */
  private nextOrigin(origin: number): number {
    return origin + Math.ceil(this.network.memory / 2);
  }

  private holdsAside(reading: Reading, origin: number): boolean {
    return this.aside?.reading === reading && this.aside.origin === origin;
  }

  /** Goes on with what the twin has read, if it is that. @returns whether it is */
  private swap(reading: Reading, origin: number): boolean {
    const { twin } = this.network;
    if (!twin || !this.holdsAside(reading, origin)) return false;
    this.network = twin;
    this.aside = undefined;
    return true;
  }

  private readSome({ tokens, origin }: Reading, wanted: number): void {
    const { network } = this;
    const from = network.length;
    const count = Math.min(network.tokensAtATime, wanted - from);
    network.read(inputsOf(tokens, origin, from, count));
    this.row = count - 1;
  }

  private activate(reading: Reading): void {
    if (this.active === reading) return;
    if (this.active && this.network.length > this.network.memory)
      this.parked.set(this.active, this.network.copy());
    // Nobody's, if there is no memory for the melody.
    this.active = undefined;
    this.row = undefined;
    const copy = this.parked.get(reading);
    this.parked.delete(reading);
    if (copy) {
      this.network.paste(copy);
      this.network.forget?.(copy);
    } else this.network.begin(reading.melody);
    this.active = reading;
  }
}

/** Inputs of a network that has read `from` of them: a 0, and the tokens from the origin on. */
const inputsOf = (tokens: readonly number[], origin: number, from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (from + i === 0 ? 0 : tokens[origin + from + i - 1]));
