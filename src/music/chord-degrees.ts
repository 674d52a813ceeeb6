/** The degrees of a chord (note_seq/chord_symbols_lib.py, and other common spellings). */
import { chordTokens, type AlteredDegree, type ChordToken } from './chord-tokens.js';

/**
 * Degrees of the scale above the root, from 1, and how each is altered in semitones: 3 => [-1] is a minor third, 9 => [-1, 1] are
 * two ninths.
 */
export type Degrees = Map<number, readonly number[]>;

type Quality = 'minor' | 'diminished' | 'halfDiminished';

const TRIADS: Readonly<Record<Quality, readonly [third: number, fifth: number]>> = {
  minor: [-1, 0],
  diminished: [-1, -1],
  halfDiminished: [-1, -1],
};

const ALTERED: readonly (readonly [number, readonly number[]])[] = [
  [1, [0]],
  [3, [0]],
  [7, [-1]],
  [9, [-1, 1]],
  [11, [1]],
  [13, [-1]],
];

const HIGHEST_DEGREE = 15;

type Modification = Extract<ChordToken, { type: 'add' | 'alter' | 'omit' }>;

/** The chord that the tokens name, before it is modified. */
class Kind {
  quality?: Quality;
  isAugmented = false;
  hasMajorSeventh = false;
  hasTriangle = false;
  isAltered = false;
  isPedal = false;
  extension?: number;
  readonly suspensions: AlteredDegree[] = [];
  readonly modifications: Modification[] = [];

  /** @param isAnnotation by the grammar of data sets, in which an added 7 is the major seventh */
  constructor(private readonly isAnnotation: boolean) {}

  /** @returns false where the token contradicts those before it */
  take(token: ChordToken): boolean {
    switch (token.type) {
      case 'major':
        this.hasMajorSeventh = true;
        return !this.isAltered;
      case 'triangle':
        this.hasMajorSeventh = true;
        this.hasTriangle = true;
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
          alteration: token.degree === 7 && (this.hasMajorSeventh || this.isAnnotation) ? 1 : 0,
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
    if (this.isPedal) return new Map([[1, [0]]]);
    if (this.extension === 5) return new Map([[1, [0]], [5, [0]]]); // prettier-ignore
    const [third, fifth] = this.quality ? TRIADS[this.quality] : [0, 0];
    const degrees: Degrees = new Map([[1, [0]]]);
    if (this.suspensions.length === 0) degrees.set(3, [third]);
    for (const { degree, alteration } of this.suspensions.toSorted((x, y) => x.degree - y.degree))
      degrees.set(degree, [alteration]);
    degrees.set(5, [this.isAugmented ? 1 : fifth]);
    const extension = this.extension ?? this.impliedExtension();
    if (extension === 2 || extension === 4 || extension === 6) degrees.set(extension, [0]);
    if (extension >= 7) degrees.set(7, [this.seventh()]);
    for (const degree of [9, 11, 13]) if (extension >= degree) degrees.set(degree, [0]);
    return degrees;
  }

  /** A triangle, 'major' behind another quality, and the circle with a stroke, mean the seventh without saying so. */
  private impliedExtension(): number {
    if (this.quality === 'halfDiminished' || this.hasTriangle) return 7;
    const isColoured = this.quality !== undefined || this.isAugmented;
    return this.hasMajorSeventh && isColoured ? 7 : 0;
  }

  private seventh(): number {
    if (this.hasMajorSeventh) return 0;
    return this.quality === 'diminished' ? -2 : -1;
  }
}

/** A raised seventh is the major one, and a lowered one the minor, which is also the one that is added. */
const alterationOf = (type: 'add' | 'alter', { degree, alteration }: AlteredDegree) => {
  if (degree !== 7) return alteration;
  return alteration > 0 ? 0 : type === 'add' && alteration === 0 ? -1 : alteration;
};

/**
 * An alteration says where the degree stands: it replaces what the kind of chord says of it, and stands beside other alterations of
 * the same degree, as in C7b9#9. The sign need not be needed: Caug#5 is Caug.
 * @returns false where the chord does not have what is omitted, or has what is added
 */
function modify(degrees: Degrees, altered: Degrees, token: Modification): boolean {
  const { degree } = token;
  if (degree < 1 || degree > HIGHEST_DEGREE) return false;
  if (token.type === 'omit') return degrees.delete(degree);
  const alteration = alterationOf(token.type, token);
  const present = degrees.get(degree) ?? [];
  const others = altered.get(degree) ?? [];
  if (token.type === 'add' && present.length > others.length) return false;
  if (present.includes(alteration)) return token.type === 'alter';
  degrees.set(degree, [...others, alteration]);
  if (token.alteration !== 0) altered.set(degree, [...others, alteration]);
  return true;
}

/** Annotations may list the degrees (C. Harte et al., ISMIR 2005): C:(3,5,b7). */
const DEGREE_LIST = /^\s*:\s*\(([\s\d#b,]+)\)\s*$/;

function listedDegrees(list: string): Degrees | undefined {
  const degrees: Degrees = new Map([[1, [0]]]);
  for (const entry of list.split(',')) {
    const [, signs, digits] = /^\s*(#*|b*)(\d+)\s*$/.exec(entry) ?? [];
    const degree = Number(digits);
    if (!(degree >= 1 && degree <= HIGHEST_DEGREE)) return undefined;
    const alteration = signs.startsWith('#') ? signs.length : -signs.length;
    degrees.set(degree, [...new Set([...(degrees.get(degree) ?? []), alteration])]);
  }
  return degrees;
}

/**
 * @param text what follows the root of a symbol, without the bass
 * @returns undefined where it is no kind of chord, or modifies what it does not have
 */
export function chordDegrees(text: string): Degrees | undefined {
  const list = DEGREE_LIST.exec(text);
  if (list) return listedDegrees(list[1]);
  const kind = new Kind(/^\s*:/.test(text));
  const tokens = chordTokens(text);
  if (!tokens?.every((token) => kind.take(token))) return undefined;
  const degrees = kind.degrees();
  const altered: Degrees = new Map();
  return kind.modifications.every((token) => modify(degrees, altered, token)) ? degrees : undefined;
}
