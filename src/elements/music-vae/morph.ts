/**
 * Four pieces at the corners of a pad and the piece at the point between them. The session keeps the corners' codes, asks the
 * model for the point that is wanted last, and never has more than one such request under way.
 */
import { mixCorners, slerp, type Corners } from '../../latent/latent.js';
import type { NoteSequence } from '../../music/note-sequence.js';

/** The part of MusicVAE that a session asks. */
export interface LatentModel {
  encode(sequences: readonly NoteSequence[], options?: CodeOptions): Promise<Float32Array[]>;
  decode(latents: readonly Float32Array[], options?: DecodeOptions): Promise<NoteSequence[]>;
  sampleLatent(seed: number | string): Float32Array;
}

interface CodeOptions {
  readonly chords?: readonly string[];
  readonly signal?: AbortSignal;
}

interface DecodeOptions extends CodeOptions {
  readonly temperature?: number;
  readonly seed?: number | string;
  readonly qpm?: number;
}

/** A piece at a corner, as plain JSON. */
export interface CornerPiece {
  readonly name: string;
  /** The piece as it was given, or as the model decoded it where it was drawn. */
  readonly sequence: NoteSequence;
  /** The seed a drawn corner came from. */
  readonly seed?: string;
}

export interface Corner extends CornerPiece {
  /** The code of the piece; undefined while no model has read it. */
  readonly latent: Float32Array | undefined;
}

export interface MorphSettings {
  /** Quarters a minute. */
  readonly tempo: number;
  /** 0 takes the likeliest event at every step, so that one point is always one piece. */
  readonly temperature: number;
  readonly seed: string;
  readonly chords: readonly string[];
}

export interface MorphListener {
  /** A corner changed. */
  corners(): void;
  /** The piece at the point was decoded. */
  decoded(sequence: NoteSequence): void;
  /** A request failed; what was there is kept. */
  failed(error: unknown): void;
}

export const PLACES = ['A', 'B', 'C', 'D'] as const;

export class Morph {
  /** Top left, top right, bottom left, bottom right; undefined while a corner is empty. */
  corners: readonly (Corner | undefined)[] = [undefined, undefined, undefined, undefined];
  /** The model that decodes; the corners' pieces outlive an exchange of it. */
  private model: LatentModel | undefined;
  private point: readonly [x: number, y: number] = [0.5, 0.5];
  private wanted = false;
  private decoding = false;
  private abort = new AbortController();

  constructor(
    private readonly settings: () => MorphSettings,
    private readonly listener: MorphListener,
  ) {}

  /**
   * Takes a model: the corners that came from sequences are read by it, those that were drawn are drawn anew. A piece that it cannot
   * read stays at its corner without a code, for a model that can; the listener is told.
   */
  async use(model: LatentModel): Promise<void> {
    this.leave();
    this.model = model;
    const { signal } = this.abort;
    // Their codes are points of the space of the model before.
    this.corners = this.corners.map((corner) => corner && { ...corner, latent: undefined });
    for (const [place, corner] of this.corners.entries()) {
      if (!corner) continue;
      try {
        if (corner.seed !== undefined) await this.draw(place, corner.seed);
        else await this.place(place, corner.sequence, corner.name);
      } catch (error) {
        if (signal.aborted) throw error;
        this.listener.failed(error);
      }
    }
  }

  /** Gives up what is under way and forgets the model. The corners stay. */
  leave(): void {
    this.abort.abort();
    this.abort = new AbortController();
    this.model = undefined;
    this.wanted = this.decoding = false;
  }

  /** The code at the point, or undefined while no corner has one. An empty corner counts as the nearest that is not. */
  get latent(): Float32Array | undefined {
    const corners = filled(this.corners.map((corner) => corner?.latent));
    return corners && mixCorners(corners, ...this.point);
  }

  /** Moves the point; the piece there comes by `decoded`. Points that were passed over are never decoded. */
  moveTo(x: number, y: number): void {
    this.point = [x, y];
    this.refresh();
  }

  /** Decodes the point anew: the corners, the temperature or the tempo changed. */
  refresh(): void {
    this.wanted = true;
    if (!this.decoding) void this.decodeWanted();
  }

  /** Puts a piece at a corner. @throws what the model's `encode` does; the corner is then as it was */
  async place(place: number, sequence: NoteSequence, name: string): Promise<void> {
    const { model, abort } = this;
    const [latent] = model
      ? await model.encode([sequence], { chords: this.chords, signal: abort.signal })
      : [undefined];
    this.set(place, { name, latent, sequence });
  }

  /** Puts a piece at a corner that is drawn from the prior. The same seed gives the same piece. */
  async draw(place: number, seed: string): Promise<void> {
    if (!this.model) return;
    await this.placeLatent(place, this.model.sampleLatent(seed), `idea ${seed}`, seed);
  }

  /** Puts a code at a corner, with the piece that it decodes to. */
  async placeLatent(place: number, latent: Float32Array, name: string, seed?: string): Promise<void> {
    const [sequence] = await this.decode([latent]);
    if (sequence) this.set(place, { name, latent, sequence, seed });
  }

  /** Puts pieces at all corners. The model reads them, now or when it has come. */
  async setPieces(pieces: readonly (CornerPiece | undefined)[]): Promise<void> {
    this.corners = this.corners.map((_, place) => pieces[place] && { ...pieces[place], latent: undefined });
    this.listener.corners();
    if (this.model) await this.use(this.model);
  }

  clear(place: number): void {
    this.set(place, undefined);
  }

  /**
   * Decodes the way from one corner to another, both ends included.
   * @param count pieces, from 2
   * @returns the codes and pieces; empty where a corner has no code
   */
  async path(from: number, to: number, count: number): Promise<readonly PathPoint[]> {
    const [a, b] = [this.corners[from]?.latent, this.corners[to]?.latent];
    if (!a || !b) return [];
    const latents = Array.from({ length: count }, (_, i) => slerp(a, b, i / (count - 1)));
    const sequences = await this.decode(latents);
    return sequences.map((sequence, i) => ({ latent: latents[i], sequence }));
  }

  /**
   * Decodes a neighbour of the point: its code with some of another one mixed in.
   * @param similarity 1 gives the point itself, 0 a piece drawn from the prior
   */
  async neighbour(similarity: number, seed: string): Promise<PathPoint | undefined> {
    const { latent, model } = this;
    if (!latent || !model) return undefined;
    const near = slerp(latent, model.sampleLatent(seed), 1 - similarity);
    const [sequence] = await this.decode([near]);
    return sequence && { latent: near, sequence };
  }

  private get chords(): readonly string[] | undefined {
    const { chords } = this.settings();
    return chords.length > 0 ? chords : undefined;
  }

  private async decode(latents: readonly Float32Array[]): Promise<NoteSequence[]> {
    const { model, abort } = this;
    if (!model) return [];
    const { tempo, temperature, seed } = this.settings();
    const options = { temperature, seed, qpm: tempo, chords: this.chords, signal: abort.signal };
    return model.decode(latents, options);
  }

  private set(place: number, corner: Corner | undefined): void {
    this.corners = this.corners.with(place, corner);
    this.listener.corners();
    this.refresh();
  }

  private async decodeWanted(): Promise<void> {
    const { abort } = this;
    this.decoding = true;
    try {
      while (this.wanted && !abort.signal.aborted) {
        this.wanted = false;
        const { latent } = this;
        if (!latent || !this.model) break;
        const [sequence] = await this.decode([latent]);
        if (sequence && !abort.signal.aborted) this.listener.decoded(sequence);
      }
    } catch (error) {
      if (!abort.signal.aborted) this.listener.failed(error);
    } finally {
      // After `leave` these belong to another model's requests.
      if (this.abort === abort) this.decoding = false;
    }
  }
}

export interface PathPoint {
  readonly latent: Float32Array;
  readonly sequence: NoteSequence;
}

/** Corners without gaps: an empty one takes the code of its neighbour along the edge, then of the other row. */
function filled(latents: readonly (Float32Array | undefined)[]): Corners<Float32Array> | undefined {
  const [a, b, c, d] = latents;
  const top = [a ?? b, b ?? a];
  const bottom = [c ?? d, d ?? c];
  const corners = [top[0] ?? bottom[0], top[1] ?? bottom[1], bottom[0] ?? top[0], bottom[1] ?? top[1]];
  return corners.every((corner) => corner !== undefined)
    ? (corners as unknown as Corners<Float32Array>)
    : undefined;
}
