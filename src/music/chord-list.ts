/** Chord lists as people type them: with commas, bars or spaces between. */
import { TimbrelError } from '../errors/timbrel-error.js';
import { isNoChord, parseChordSymbol } from './chord-symbol.js';
import { NO_CHORD } from './note-sequence.js';

/** Two symbols apart, unless they stand within brackets; so is a dash with a chord behind it. */
const BREAK = /[,;|\n](?![^([{]*[)\]}])|\s(?:-+>?|[–—→])\s+(?=[A-GN])/;
/** The bars of a repeat, and the names of no chord with a space in them. */
const BAR = /\|?:\||\|:|\|\]|\[\||‖/g;
const NO_CHORD_WORDS = /\bno[\s-]+chord\b|\bn\.\s+c\.?/gi;
/** Simile, the sign of charts for the chord before. A slash alone is a beat of it. */
const SAME_AGAIN = '%';
const BEAT = '/';
/** A slash that holds no bass to a chord; where a cell has one at its end or two in a row, all that stand alone are beats. */
const LOOSE_SLASH = /(?<![^\s/])\/|\/(?![^\s/])/g;
const BEATS = /\/\s*\/|\/\s*$/;
const JOINED_SLASH = /\s*\/\s*/g;
/** The letters that a symbol begins with, and the words that begin with such a letter and belong to the chord before: 'add', 'b9', 'dim7'. */
const ROOT = /^[A-G]/i;
const QUALITY = /^(?:b\d|a(?:dd|lt|ug|nd)|d(?:im|om|ouble)|e(?:leven)|f(?:lat|our|if|ive)|chord)/i;
/** A symbol of more words is none: "C dominant seventh flat nine sharp eleven without third or fifth". */
const MOST_PIECES = 12;

const continues = (piece: string) =>
  QUALITY.test(piece) || !(ROOT.test(piece) || piece === SAME_AGAIN || piece === BEAT || isNoChord(piece));

function isChord(text: string): boolean {
  if (isNoChord(text)) return true;
  try {
    parseChordSymbol(text);
    return true;
  } catch {
    return false;
  }
}

/** The pieces joined to symbols: each takes as many of those behind it as make a chord with it. */
function joinPieces(pieces: readonly string[], joint: string): string[] {
  const symbols: string[] = [];
  for (let at = 0; at < pieces.length;) {
    let end = at + 1;
    while (end < pieces.length && end - at < MOST_PIECES && continues(pieces[end])) end++;
    const textTo = (last: number) => pieces.slice(at, last).join(joint);
    while (end > at + 1 && !isChord(textTo(end))) end--;
    symbols.push(textTo(end));
    at = end;
  }
  return symbols;
}

/** A cell between two bars or commas: one symbol, or several with spaces between. */
function splitCell(cell: string): string[] {
  const text = cell.trim();
  if (text === '') return [];
  // Slashes, and spaces within brackets, hold a symbol together.
  const joined = BEATS.test(text)
    ? text.replaceAll(LOOSE_SLASH, ' / ').trim()
    : text.replaceAll(JOINED_SLASH, '/');
  return isChord(text) ? [text] : joinPieces(joined.split(/\s+(?![^([{]*[)\]}])/), ' ');
}

/**
 * Such as "C Am F G", "C, Am, F, G", "| C Am | F G |" or "C7(b9, #11) | C / E | NC | %". A '%', and each slash of "C / / /", is the
 * chord before once more; bars of a repeat are bars.
 * @returns the symbols, each readable; 'N.C.' for all spellings of no chord
 * @throws CHORD_SYMBOL_UNKNOWN
 */
export function parseChordList(text: string): string[] {
  const chords: string[] = [];
  const plain = text.replaceAll(BAR, '|').replaceAll(NO_CHORD_WORDS, NO_CHORD);
  for (const symbol of joinPieces(plain.split(BREAK).flatMap(splitCell), ',')) {
    if ((symbol === SAME_AGAIN || symbol === BEAT) && chords.length > 0)
      chords.push(chords[chords.length - 1]);
    else if (isNoChord(symbol)) chords.push(NO_CHORD);
    else if (isChord(symbol)) chords.push(symbol);
    else throw unreadable(symbol, text);
  }
  return chords;
}

function unreadable(symbol: string, list: string): unknown {
  try {
    parseChordSymbol(symbol);
  } catch (error) {
    return error;
  }
  return new TimbrelError('CHORD_SYMBOL_UNKNOWN', `'${symbol}' is no chord of the list '${list}'`);
}
