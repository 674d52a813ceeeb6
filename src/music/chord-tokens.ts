/** The part of a chord symbol behind its root, cut into what each piece says. */

export type ChordToken =
  | { readonly type: 'major' | 'minor' | 'augmented' | 'diminished' | 'halfDiminished' | 'dominant' }
  | { readonly type: 'altered' | 'pedal' }
  /** A number alone; `apart` where it stands in brackets or behind a comma or slash. */
  | { readonly type: 'number'; readonly degree: number; readonly apart: boolean }
  /** Degrees that stand in for the third. */
  | { readonly type: 'suspended'; readonly degrees: readonly number[]; readonly extension?: number }
  | { readonly type: 'add' | 'alter'; readonly degree: number; readonly alteration: number }
  | { readonly type: 'omit'; readonly degree: number };

/** Signs that fonts and people write instead of plain ones, in words or as characters of their own. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/𝄫/gu, 'bb'],
  [/𝄪/gu, '##'],
  [/♯/g, '#'],
  [/♭/g, 'b'],
  [/♮/g, ''],
  [/[−–]/g, '-'],
  [/[°º˚]/g, 'o'],
  [/[∆△]/g, 'Δ'],
  [/Ø/g, 'ø'],
];

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/sharp(ed)?\s*/gi, '#'],
  [/flat(ted|tened)?\s*/gi, 'b'],
  [/second/gi, '2'],
  [/fourth/gi, '4'],
  [/fifth/gi, '5'],
  [/thirteenth/gi, '13'],
  [/third/gi, '3'],
  [/sixth/gi, '6'],
  [/seventh/gi, '7'],
  [/ninth/gi, '9'],
  [/eleventh/gi, '11'],
  [/(?<=\d)(st|nd|rd|th)\b/gi, ''],
  [/\b(triad|chord)\b/gi, ''],
];

const replaceAll = (text: string, pairs: readonly (readonly [RegExp, string])[]) =>
  pairs.reduce((result, [pattern, plain]) => result.replaceAll(pattern, plain), text);

/** `#`, `b` and `o` for all signs that mean the same. */
export const plainSigns = (text: string) => replaceAll(text, SIGNS);

const alterationOf = (sign: string | undefined) =>
  sign === '#' || sign === '+' ? 1 : sign === 'b' || sign === '-' ? -1 : 0;

/** A pattern in any case. */
const word = (pattern: string) => new RegExp(pattern, 'iy');
const exact = (pattern: string) => new RegExp(pattern, 'y');

const SEPARATOR = exact('[\\s()[\\]{},;/:]+');
/** A number behind one of these is added to the chord, and does not say what chord it is. */
const APART = /[([{,;/]/;

/** The place of a token: a plus or minus that comes first means the chord and not a degree. */
interface Context {
  readonly isFirst: boolean;
  readonly apart: boolean;
}

type Reader = readonly [
  pattern: RegExp,
  read: (match: RegExpExecArray, context: Context) => ChordToken[] | undefined,
];

const plain =
  (
    type:
      'major' | 'minor' | 'augmented' | 'diminished' | 'halfDiminished' | 'dominant' | 'altered' | 'pedal',
  ) =>
  (): ChordToken[] => [{ type }];

const SUSPENSIONS: Readonly<Record<string, readonly number[]>> = { '2': [2], '24': [2, 4], '42': [2, 4] };

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
    word('add\\s*([#b+-]?)\\s*(\\d+)'),
    ([, sign, degree]) => [{ type: 'add', degree: Number(degree), alteration: alterationOf(sign) }],
  ],
  [
    word('(?:no|omit|without|\\*)\\s*(\\d+(?:\\s*[,/&]\\s*\\d+)*)'),
    ([, degrees]) => degrees.match(/\d+/g)?.map((degree) => ({ type: 'omit', degree: Number(degree) })),
  ],
  [
    word('sus(?:pended)?\\s*(2\\s*/?\\s*4|4\\s*/?\\s*2|13|[2479])?'),
    ([, number = '4']) => {
      const digits = number.replaceAll(/[\s/]/g, '');
      const extension = ['7', '9', '13'].includes(digits) ? { extension: Number(digits) } : {};
      return [{ type: 'suspended', degrees: SUSPENSIONS[digits] ?? [4], ...extension }];
    },
  ],
  [word('dim(inished)?|o(?!mit)'), plain('diminished')],
  [word('aug(mented)?'), plain('augmented')],
  [word('alt(ered)?'), plain('altered')],
  [word('maj(or)?'), plain('major')],
  [word('min(or)?(?!o\\s*\\d)|mi'), plain('minor')],
  [word('ma(?!dd|lt|ug)'), plain('major')],
  [exact('M|Δ|\\^|j(?=\\d)'), plain('major')],
  [exact('m'), plain('minor')],
  [word('dom(inant)?'), plain('dominant')],
  [word('ped(al)?'), plain('pedal')],
  [
    exact('([#b+-])\\s*(\\d+)'),
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
  [exact('\\d+'), ([digits], { apart }) => [{ type: 'number', degree: Number(digits), apart }]],
];

/**
 * @param text what follows the root, without the bass
 * @returns undefined where a piece of it says nothing
 */
export function chordTokens(text: string): ChordToken[] | undefined {
  const rest = replaceAll(plainSigns(text), WORDS);
  const tokens: ChordToken[] = [];
  let at = 0;
  let apart = false;
  const matchAt = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(rest);
  };
  const readOne = (): boolean => {
    for (const [pattern, read] of READERS) {
      const match = matchAt(pattern);
      const tokensRead = match && read(match, { isFirst: tokens.length === 0, apart });
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
    apart = APART.test(separator);
  }
  return tokens;
}
