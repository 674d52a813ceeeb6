/** The degrees of a chord (note_seq/chord_symbols_lib.py, and other common spellings). */
import { chordTokens, type ChordToken } from './chord-tokens.js';

/** Degrees of the scale above the root, from 1, and how each is altered in semitones: [3, -1] is a minor third. */
export type Degrees = Map<number, number>;

type Quality = 'minor' | 'diminished' | 'halfDiminished';

const TRIADS: Readonly<Record<Quality, readonly [third: number, fifth: number]>> = {
  minor: [-1, 0],
  diminished: [-1, -1],
  halfDiminished: [-1, -1],
};

/** A tenth lowered is a ninth raised, which a chord with a lowered ninth could not have twice. */
const ALTERED: readonly (readonly [number, number])[] = [
  [1, 0],
  [3, 0],
  [7, -1],
  [9, -1],
  [10, -1],
  [11, 1],
  [13, -1],
];

const HIGHEST_DEGREE = 15;

type Modification = Extract<ChordToken, { type: 'add' | 'alter' | 'omit' }>;

/** The chord that the tokens name, before it is modified. */
class Kind {
  quality?: Quality;
  isAugmented = false;
  hasMajorSeventh = false;
  isAltered = false;
  isPedal = false;
  extension?: number;
  readonly suspensions: number[] = [];
  readonly modifications: Modification[] = [];

  /** @returns false where the token contradicts those before it */
  take(token: ChordToken): boolean {
    switch (token.type) {
      case 'major':
        this.hasMajorSeventh = true;
        return !this.isAltered;
      case 'dominant':
        return this.quality === undefined;
      case 'augmented':
        this.isAugmented = true;
        return this.quality === undefined || this.quality === 'minor';
      case 'minor':
      case 'diminished':
      case 'halfDiminished':
        if (this.quality !== undefined || this.isAugmented || this.extension !== undefined) return false;
        if (this.hasMajorSeventh) return false;
        this.quality = token.type;
        return true;
      case 'altered':
        this.isAltered = true;
        return this.quality === undefined && (this.extension ?? 7) === 7;
      case 'pedal':
        this.isPedal = true;
        return true;
      case 'suspended':
        this.suspensions.push(...token.degrees);
        return token.extension === undefined || this.extend(token.extension);
      case 'number':
        if (!token.apart && this.extension === undefined) return this.extend(token.degree);
        this.modifications.push({
          type: 'add',
          degree: token.degree,
          // As far as an addition lowers a seventh, it is done there.
          alteration: token.degree === 7 && this.hasMajorSeventh ? 1 : 0,
        });
        return token.apart;
      default:
        this.modifications.push(token);
        return true;
    }
  }

  private extend(degree: number): boolean {
    if (this.extension !== undefined || ![2, 4, 5, 6, 7, 9, 11, 13].includes(degree)) return false;
    this.extension = degree;
    return degree !== 5 || (this.quality === undefined && !this.isAugmented);
  }

  degrees(): Degrees {
    if (this.isAltered) return new Map(ALTERED);
    if (this.isPedal) return new Map([[1, 0]]);
    if (this.extension === 5) return new Map([[1, 0], [5, 0]]); // prettier-ignore
    const [third, fifth] = this.quality ? TRIADS[this.quality] : [0, 0];
    const degrees: Degrees = new Map([[1, 0]]);
    if (this.suspensions.length === 0) degrees.set(3, third);
    for (const degree of [2, 4]) if (this.suspensions.includes(degree)) degrees.set(degree, 0);
    degrees.set(5, this.isAugmented ? 1 : fifth);
    const extension = this.extension ?? this.impliedExtension();
    if (extension === 2 || extension === 4 || extension === 6) degrees.set(extension, 0);
    if (extension >= 7) degrees.set(7, this.seventh());
    for (const degree of [9, 11, 13]) if (extension >= degree) degrees.set(degree, 0);
    return degrees;
  }

  /** A triangle behind a minor chord, and the circle with a stroke, mean the seventh without saying so. */
  private impliedExtension(): number {
    if (this.quality === 'halfDiminished') return 7;
    const isColoured = this.quality !== undefined || this.isAugmented;
    return this.hasMajorSeventh && isColoured ? 7 : 0;
  }

  private seventh(): number {
    if (this.hasMajorSeventh) return 0;
    return this.quality === 'diminished' ? -2 : -1;
  }
}

/** @returns false where the chord does not have what is altered, or has what is added */
function modify(degrees: Degrees, token: Modification): boolean {
  const { degree } = token;
  if (degree < 1 || degree > HIGHEST_DEGREE) return false;
  const present = degrees.get(degree);
  if (token.type === 'omit') return degrees.delete(degree);
  if (token.type === 'alter') {
    degrees.set(degree, (present ?? 0) + token.alteration);
    return true;
  }
  if (present !== undefined) return false;
  // The seventh that one adds is the minor one.
  degrees.set(degree, token.alteration - (degree === 7 ? 1 : 0));
  return true;
}

/**
 * @param text what follows the root of a symbol, without the bass
 * @returns undefined where it is no kind of chord, or modifies what it does not have
 */
export function chordDegrees(text: string): Degrees | undefined {
  const kind = new Kind();
  const tokens = chordTokens(text);
  if (!tokens?.every((token) => kind.take(token))) return undefined;
  const degrees = kind.degrees();
  return kind.modifications.every((token) => modify(degrees, token)) ? degrees : undefined;
}
