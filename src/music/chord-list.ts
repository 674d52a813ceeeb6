/** Chord lists as people type them: with commas, bars or spaces between. */
import { TimbrelError } from '../errors/timbrel-error.js';
import { isNoChord, parseChordSymbol } from './chord-symbol.js';
import { NO_CHORD } from './note-sequence.js';

/** Two symbols apart, unless they stand within brackets. */
const BREAK = /[,;|\n](?![^([{]*[)\]}])/;
/** Simile, the sign of charts for the chord before. */
const SAME_AGAIN = '%';
/** A piece behind a space that belongs to the chord before it: 'C add9', 'C7 b9', 'C minor 7'. */
const CONTINUES =
  /^(?:[#b+-]\d|\d|[([{^Δ]|(?:add|no|omit|sus|alt|aug|dim|dom|maj|min|half|sharp|flat|seventh)(?![.c]))/i;

function isChord(text: string): boolean {
  if (isNoChord(text)) return true;
  try {
    parseChordSymbol(text);
    return true;
  } catch {
    return false;
  }
}

/** The pieces joined to symbols: each takes as many of those behind it as continue it. */
function joinPieces(pieces: readonly string[], joint: string): string[] {
  const symbols: string[] = [];
  for (const piece of pieces) {
    const before = symbols.at(-1);
    if (before !== undefined && CONTINUES.test(piece) && isChord(before + joint + piece))
      symbols[symbols.length - 1] = before + joint + piece;
    else symbols.push(piece);
  }
  return symbols;
}

/** A cell between two bars or commas: one symbol, or several with spaces between. */
function splitCell(cell: string): string[] {
  const text = cell.trim();
  if (text === '') return [];
  // Slashes, and spaces within brackets, hold a symbol together.
  const pieces = text.replaceAll(/\s*\/\s*/g, '/').split(/\s+(?![^([{]*[)\]}])/);
  return isChord(text) ? [text] : joinPieces(pieces, ' ');
}

/**
 * Such as "C Am F G", "C, Am, F, G", "| C Am | F G |" or "C7(b9, #11) | C / E | NC | %".
 * @returns the symbols, each readable; 'N.C.' for all spellings of no chord
 * @throws CHORD_SYMBOL_UNKNOWN
 */
export function parseChordList(text: string): string[] {
  const chords: string[] = [];
  for (const symbol of joinPieces(text.split(BREAK).flatMap(splitCell), ',')) {
    if (symbol === SAME_AGAIN && chords.length > 0) chords.push(chords[chords.length - 1]);
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
