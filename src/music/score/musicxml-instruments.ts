/** The players of a part of MusicXML: programs, and which drum a place on the staff stands for. */
import { childrenOf, childOf, numberIn, textIn, type XMLElement } from './xml.js';

const DRUM_CHANNEL = 10;

export interface XMLInstrument {
  readonly program: number | undefined;
  readonly isDrum: boolean;
  /** The key of a drum. */
  readonly unpitched: number | undefined;
}

export interface XMLPart {
  readonly id: string;
  readonly name: string;
  readonly program: number;
  /** By the id that notes name; the first one is that of notes that name none. */
  readonly instruments: ReadonlyMap<string, XMLInstrument>;
}

/** MusicXML counts programs, channels and keys of drums from 1. */
function fromOne(element: XMLElement, name: string): number | undefined {
  const value = (numberIn(element, name) ?? NaN) - 1;
  return Number.isInteger(value) && value >= 0 && value <= 127 ? value : undefined;
}

function partOf(element: XMLElement): XMLPart {
  const instruments = new Map<string, XMLInstrument>();
  for (const { attributes } of childrenOf(element, 'score-instrument'))
    instruments.set(attributes.id ?? '', { program: undefined, isDrum: false, unpitched: undefined });
  for (const midi of childrenOf(element, 'midi-instrument')) {
    instruments.set(midi.attributes.id ?? '', {
      program: fromOne(midi, 'midi-program'),
      isDrum: numberIn(midi, 'midi-channel') === DRUM_CHANNEL,
      unpitched: fromOne(midi, 'midi-unpitched'),
    });
  }
  const pitched = [...instruments.values()].find(({ isDrum }) => !isDrum);
  return {
    id: element.attributes.id ?? '',
    name: textIn(element, 'part-name') ?? '',
    program: pitched?.program ?? 0,
    instruments,
  };
}

/** @param root of a score */
export function partsOf(root: XMLElement): XMLPart[] {
  const list = childOf(root, 'part-list');
  return list ? childrenOf(list, 'score-part').map(partOf) : [];
}

/** Places on a staff for drums, as most scores use them (N. Weinberg, Guide to Standardized Drumset Notation). */
const DRUM_PLACES: Readonly<Record<string, number>> = {
  D4: 44,
  F4: 36,
  A4: 43,
  C5: 38,
  D5: 47,
  E5: 50,
  F5: 51,
  G5: 42,
  A5: 49,
};
const SNARE = 38;

/** @param place such as F4, as it stands on the staff */
export const drumAt = (place: string): number => DRUM_PLACES[place] ?? SNARE;
