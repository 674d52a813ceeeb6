/** MusicXML's harmonies as chord symbols. */
import { isNoChord, parseChordSymbol } from '../chord-symbol.js';
import { NO_CHORD } from '../note-sequence.js';
import { childOf, childrenOf, numberIn, textIn, type XMLElement } from './xml.js';

/** Kinds by MusicXML's names; those of functional analysis (Neapolitan, Italian, ...) have no symbol. */
const KINDS: Readonly<Record<string, string>> = {
  major: '',
  minor: 'm',
  augmented: 'aug',
  diminished: 'dim',
  dominant: '7',
  'major-seventh': 'maj7',
  'minor-seventh': 'm7',
  'diminished-seventh': 'dim7',
  'augmented-seventh': 'aug7',
  'half-diminished': 'm7b5',
  'major-minor': 'm(maj7)',
  'major-sixth': '6',
  'minor-sixth': 'm6',
  'dominant-ninth': '9',
  'major-ninth': 'maj9',
  'minor-ninth': 'm9',
  'dominant-11th': '11',
  'major-11th': 'maj11',
  'minor-11th': 'm11',
  'dominant-13th': '13',
  'major-13th': 'maj13',
  'minor-13th': 'm13',
  'suspended-second': 'sus2',
  'suspended-fourth': 'sus4',
  power: '5',
};

const signsOf = (alter = 0) => (alter > 0 ? '#'.repeat(alter) : 'b'.repeat(-alter));

function nameOf(harmony: XMLElement, part: 'root' | 'bass'): string | undefined {
  const element = childOf(harmony, part);
  const step = element && textIn(element, `${part}-step`);
  if (!element || !step || !/^[A-G]$/i.test(step)) return undefined;
  const alter = numberIn(element, `${part}-alter`) ?? 0;
  return Math.abs(alter) <= 2 && Number.isInteger(alter) ? step.toUpperCase() + signsOf(alter) : undefined;
}

function degreesOf(harmony: XMLElement): string {
  return childrenOf(harmony, 'degree')
    .map((degree) => {
      const value = numberIn(degree, 'degree-value');
      const alter = signsOf(numberIn(degree, 'degree-alter'));
      switch (textIn(degree, 'degree-type')) {
        case 'add':
          return `(add${alter}${value})`;
        case 'subtract':
          return `(no${value})`;
        default:
          return `(${alter}${value})`;
      }
    })
    .join('');
}

function isReadable(symbol: string): boolean {
  if (isNoChord(symbol)) return true;
  try {
    return parseChordSymbol(symbol).pitches.length > 0;
  } catch {
    return false;
  }
}

/**
 * @param harmony element of MusicXML
 * @returns a chord symbol that can be read, plainer than it is written where degrees cannot be; undefined where there is none
 */
export function chordOfHarmony(harmony: XMLElement): string | undefined {
  const kind = textIn(harmony, 'kind') ?? 'major';
  if (kind === 'none') return NO_CHORD;
  const root = nameOf(harmony, 'root');
  if (root === undefined || !Object.hasOwn(KINDS, kind)) return undefined;
  const bass = nameOf(harmony, 'bass');
  const slash = bass === undefined || bass === root ? '' : `/${bass}`;
  const plain = root + KINDS[kind];
  return [plain + degreesOf(harmony) + slash, plain + slash, plain].find(isReadable);
}
