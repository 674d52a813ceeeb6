/** The timbre that plays: four corners, a position between them, or a point off the pad. */
import type { NamedTimbre } from '../checkpoints/timbres.js';
import { checkLatent, type Corners } from '../latent/latent.js';
import { cornerLatents, knownCorners, parseCorners, writtenCorners, type PadModel } from './corners.js';
import { unpackLatent } from './packed-latent.js';
import type { PatchCorner } from './patch.js';

/** Steps of the pad in which a timbre is rendered: finer than the ear, coarse enough to meet a cached one again. */
const STEPS = 64;

const NONE = new Float32Array(0);

export interface PadPoint {
  /** [latentSize] */
  readonly latent: Float32Array;
  /** Equal for equal timbres of one network. */
  readonly key: string;
}

export class TimbrePad {
  /** Names of corners that the network does not have, as of when they were looked up. */
  unknown: readonly string[] = [];
  private current: Corners<PatchCorner>;
  private latents: Corners<Float32Array>;
  /** Counts the corners that were set: those before are other timbres. */
  private version = 0;
  private position = { x: 0, y: 0 };
  private offPad: Float32Array | undefined;
  /** The names of the network; undefined before there is one. */
  private timbres: readonly NamedTimbre[] | undefined;

  /** @param written the corners as text, until a network says which names it has */
  constructor(
    private readonly model: PadModel,
    private written: string | undefined,
  ) {
    this.current = writtenCorners(written ?? '', model.corners);
    this.latents = this.look();
  }

  /** Top left, top right, bottom left, bottom right. */
  get corners(): Corners<PatchCorner> {
    return this.current;
  }

  get x(): number {
    return this.position.x;
  }

  get y(): number {
    return this.position.y;
  }

  /** The timbre that plays. */
  get point(): PadPoint {
    const { latents, offPad } = this;
    if (offPad) return { latent: offPad, key: offPad.join() };
    const [column, row] = [Math.round(this.x * STEPS), Math.round(this.y * STEPS)];
    const latent = this.model.mix(latents, column / STEPS, row / STEPS);
    return { latent, key: `${this.version}:${column},${row}` };
  }

  /** @param x and y are held to 0-1 */
  move(x: number, y: number): void {
    this.position = { x: within01(x), y: within01(y) };
    this.offPad = undefined;
  }

  /** Goes off the pad until it is moved. @throws LATENT_INVALID */
  leave(latent: Float32Array): void {
    checkLatent(latent, this.model.latentSize);
    this.offPad = latent;
  }

  /** @throws LATENT_INVALID */
  setCorners(corners: string | Corners<PatchCorner | Float32Array>): void {
    if (typeof corners === 'string') {
      this.written = corners;
      this.current = writtenCorners(corners, this.model.corners);
    } else {
      const read = corners.map((corner) => this.read(corner));
      this.written = undefined;
      this.current = read as unknown as Corners<PatchCorner>;
    }
    this.latents = this.look();
  }

  /** Looks the names of the corners up in a network, which has taken the place of another. */
  fit(timbres: readonly NamedTimbre[]): void {
    this.timbres = timbres;
    this.latents = this.look();
  }

  private read(corner: PatchCorner | Float32Array): PatchCorner {
    const { latentSize } = this.model;
    if (corner instanceof Float32Array) {
      checkLatent(corner, latentSize);
      return { latent: [...corner] };
    }
    if ('latent' in corner) checkLatent(Float32Array.from(corner.latent), latentSize);
    if ('sound' in corner) checkLatent(unpackLatent(corner.sound.latent, latentSize) ?? NONE, latentSize);
    return corner;
  }

  private look(): Corners<Float32Array> {
    const { model, timbres, written } = this;
    if (timbres) {
      const { corners, unknown } =
        written === undefined
          ? knownCorners(this.current, timbres)
          : parseCorners(written, timbres, model.corners);
      this.written = undefined;
      this.current = corners;
      this.unknown = unknown;
    }
    this.version++;
    return cornerLatents(this.current, timbres ?? [], model);
  }
}

const within01 = (value: number) => Math.min(1, Math.max(0, value));
