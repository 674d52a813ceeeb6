/** The part of a chord symbol behind its root, cut into what each piece says. */
import { isBroken, plainText } from './chord-text.js';

/** A degree, and by how many semitones it is altered. */
export interface AlteredDegree {
  readonly degree: number;
  readonly alteration: number;
}

export type ChordToken =
  | { readonly type: 'major' | 'minor' | 'augmented' | 'diminished' | 'halfDiminished' | 'dominant' }
  | { readonly type: 'altered' | 'pedal' | 'triangle' }
  /** A number alone; `apart` where it stands in brackets, behind a comma or slash, or behind a space and another number. */
  | { readonly type: 'number'; readonly degree: number; readonly apart: boolean }
  /** Degrees that stand in for the third. */
  | { readonly type: 'suspended'; readonly degrees: readonly AlteredDegree[]; readonly extension?: number }
  | ({ readonly type: 'add' | 'alter' } & AlteredDegree)
  | { readonly type: 'omit'; readonly degree: number };

const alterationOf = (signs: string) =>
  [...signs].reduce((sum, sign) => sum + (sign === '#' || sign === '+' ? 1 : -1), 0);

/** A pattern in any case. */
const word = (pattern: string) => new RegExp(pattern, 'iy');
const exact = (pattern: string) => new RegExp(pattern, 'y');

const SEPARATOR = word('(?:[\\s()[\\]{},;/:&]|and\\b|with\\b)+');
/** A number behind one of these is added to the chord, and does not say what chord it is. */
const APART = /[([{,;/&]|and|with/i;
const OPENING = '\\s*[([{]?\\s*';
const JOINED = '\\s*(?:[,/&]|or|nor|and)\\s*';

/** The place of a token: a plus or minus that comes first means the chord and not a degree. */
interface Context {
  readonly isFirst: boolean;
  readonly apart: boolean;
  /** A number came before. */
  readonly isNumbered: boolean;
}

type Reader = readonly [
  pattern: RegExp,
  read: (match: RegExpExecArray, context: Context) => ChordToken[] | undefined,
];

const plain =
  (
    type:
      | 'major'
      | 'minor'
      | 'augmented'
      | 'diminished'
      | 'halfDiminished'
      | 'dominant'
      | 'altered'
      | 'pedal'
      | 'triangle',
  ) =>
  (): ChordToken[] => [{ type }];

/** 'b2' or '4'. */
const degreeOf = (text: string): AlteredDegree => ({
  degree: Number(text.replace(/\D+/, '')),
  alteration: alterationOf(text.replace(/\d+/, '')),
});

/** The readers are tried in this order. */
const READERS: readonly Reader[] = [
  [
    word('\\/o(?!mit)7?|half[-\\s]*dim(inished)?|hdim|ø'),
    (match) =>
      match[0].endsWith('7')
        ? [{ type: 'halfDiminished' }, { type: 'number', degree: 7, apart: false }]
        : [{ type: 'halfDiminished' }],
  ],
  // A capital H is the German note.
  [exact('h(?![a-z])'), plain('halfDiminished')],
  [
    word(`add(?:ed)?${OPENING}((?:##|bb|[#b+-])?)\\s*(\\d+)`),
    ([, sign, degree]) => [{ type: 'add', degree: Number(degree), alteration: alterationOf(sign) }],
  ],
  [
    word(`(?:no|omit|without)${OPENING}(\\d+(?:${JOINED}\\d+)*)`),
    ([, degrees]) => degrees.match(/\d+/g)?.map((degree) => ({ type: 'omit', degree: Number(degree) })),
  ],
  [exact('\\*\\s*[#b]?(\\d+)'), ([, degree]) => [{ type: 'omit', degree: Number(degree) }]],
  [
    word(
      `sus(?:pended)?(?:${OPENING}(?:([#b]?[24])(?:(?:${JOINED}|\\s*(?:sus)?)([#b]?[24])(?!\\d))?|(13|[79])(?!\\d)))?`,
    ),
    ([, first, second, extension]: (string | undefined)[]) => [
      {
        type: 'suspended',
        degrees: [first ?? '4', second].filter((text) => text !== undefined).map(degreeOf),
        ...(extension && { extension: Number(extension) }),
      },
    ],
  ],
  [
    // C7aug5 and C7dim9 are altered; Caug7 and Cdim7 are not.
    word(`(aug|dim)(?:mented|inished)?${OPENING}(5|9|11|13)(?!\\d)`),
    ([, kind, digits], { isFirst, isNumbered }) => {
      const degree = Number(digits);
      if (isFirst || !(isNumbered || degree === 5)) return undefined;
      return [{ type: 'alter', degree, alteration: kind.toLowerCase() === 'aug' ? 1 : -1 }];
    },
  ],
  [word('dim(inished)?|o(?!mit)'), plain('diminished')],
  [word('aug(mented)?'), plain('augmented')],
  [word('alt(ered)?'), plain('altered')],
  [word('maj(or)?'), plain('major')],
  [word('min(or)?(?!o\\s*\\d)|mi'), plain('minor')],
  [word('ma(?!dd|lt|ug)'), plain('major')],
  [exact('M|j(?=\\d)'), plain('major')],
  [exact('Δ|\\^'), plain('triangle')],
  [exact('m'), plain('minor')],
  [word('dom(inant)?'), plain('dominant')],
  [word('ped(al)?'), plain('pedal')],
  [
    exact('(##|bb|[#b+-])\\s*(\\d+)'),
    ([, sign, digits], { isFirst, apart }) => {
      const degree = Number(digits);
      // C-7 is a minor chord and C+9 an augmented one, C-5 and C7-9 are altered.
      if (isFirst && !apart && degree !== 5 && (sign === '+' || sign === '-')) return undefined;
      return [{ type: 'alter', degree, alteration: alterationOf(sign) }];
    },
  ],
  [exact('\\+'), plain('augmented')],
  [exact('-'), (_, { isFirst }) => (isFirst ? [{ type: 'minor' }] : undefined)],
  [
    exact('69'),
    (_, { apart }) => [6, 9].map((degree) => ({ type: 'number', degree, apart: apart || degree === 9 })),
  ],
  [
    // The sign stands behind: C7/5+, C7(9-). C9+ is an augmented chord.
    exact('(5|9|11|13)([#b+-])(?!\\d)'),
    ([, digits, sign], { apart }) => {
      const degree = Number(digits);
      return apart || degree === 5 ? [{ type: 'alter', degree, alteration: alterationOf(sign) }] : undefined;
    },
  ],
  [exact('\\d+'), ([digits], { apart }) => [{ type: 'number', degree: Number(digits), apart }]],
];

/**
 * @param text what follows the root, without the bass
 * @returns undefined where a piece of it says nothing, or it is broken off
 */
export function chordTokens(text: string): ChordToken[] | undefined {
  if (isBroken(text)) return undefined;
  const rest = plainText(text);
  const tokens: ChordToken[] = [];
  let at = 0;
  let apart = false;
  const matchAt = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(rest);
  };
  const isNumbered = () =>
    tokens.some((token) => token.type === 'number' || (token.type === 'suspended' && token.extension));
  const readOne = (): boolean => {
    for (const [pattern, read] of READERS) {
      const match = matchAt(pattern);
      const tokensRead =
        match && read(match, { isFirst: tokens.length === 0, apart, isNumbered: isNumbered() });
      if (!match || !tokensRead) continue;
      tokens.push(...tokensRead);
      at += match[0].length;
      apart = false;
      return true;
    }
    return false;
  };
  while (at < rest.length) {
    if (readOne()) continue;
    const separator = matchAt(SEPARATOR)?.[0];
    if (separator === undefined) return undefined;
    at += separator.length;
    apart = APART.test(separator) || isNumbered();
  }
  return tokens;
}
