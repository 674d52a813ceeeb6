/** Chord symbols in plain characters: signs, words and brackets as people write them. */

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
  // C minor-major seventh; Cmaj.7
  [/(?<=[a-z]{3})-(?=[a-z])/gi, ' '],
  [/(?<=[a-z])\./gi, ''],
  [/sharp(ed)?[\s-]*/gi, '#'],
  [/flat(ted|tened)?[\s-]*/gi, 'b'],
  [/second|two/gi, '2'],
  [/four(th)?/gi, '4'],
  [/fifth|five/gi, '5'],
  [/thirteen(th)?/gi, '13'],
  [/third|three/gi, '3'],
  [/six(th)?/gi, '6'],
  [/seven(th)?/gi, '7'],
  [/ninth|nine/gi, '9'],
  [/eleven(th)?/gi, '11'],
  [/(?<=\d)(st|nd|rd|th)\b/gi, ''],
  [/\b(triad|chord)\b/gi, ''],
];

const replaceAll = (text: string, pairs: readonly (readonly [RegExp, string])[]) =>
  pairs.reduce((result, [pattern, plain]) => result.replaceAll(pattern, plain), text);

/** `#`, `b` and `o` for all signs that mean the same. */
export const plainSigns = (text: string) => replaceAll(text, SIGNS);

/** The same without what words, hyphens and points say in addition. */
export const plainText = (text: string) => replaceAll(plainSigns(text), WORDS);

const BRACKETS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
/** A separator with nothing behind it, before it in its bracket, or between it and the next. */
const LOOSE_SEPARATOR = /(?:[,;/:&]|\b(?:and|with))\s*$|[([{]\s*[,;:&)\]}]|[,;:&]\s*[,;:&)\]}]|\/\s*[/)\]}]/;

/** Tells whether it stops in the middle, as 'C7(b9' and 'C/' do. */
export function isBroken(text: string): boolean {
  const open: string[] = [];
  for (const character of text) {
    if ('([{'.includes(character)) open.push(character);
    else if (character in BRACKETS && open.pop() !== BRACKETS[character]) return true;
  }
  return open.length > 0 || LOOSE_SEPARATOR.test(text);
}
