/** The directions of MusicXML, between its notes: tempo, dynamics, where to go on. */
import { dynamicOf, type Dynamic } from './dynamics.js';
import type { Marks } from './score.js';
import { childOf, childrenOf, textIn, type XMLElement } from './xml.js';

/** Velocity of `dynamics="100"`, in which MusicXML counts. */
const FORTE = 90;

const BEAT_UNITS: Readonly<Record<string, number>> = {
  long: 16,
  breve: 8,
  whole: 4,
  half: 2,
  quarter: 1,
  eighth: 0.5,
  '16th': 0.25,
  '32nd': 0.125,
  '64th': 0.0625,
};

export interface Direction {
  readonly qpm?: number;
  readonly dynamics: readonly Dynamic[];
  readonly marks: Marks;
}

/** @param percent of forte, as MusicXML's attributes `dynamics` have it. @returns undefined where it is no number */
export function velocityOf(percent: string | undefined): number | undefined {
  const value = Number(percent);
  if (percent === undefined || !Number.isFinite(value)) return undefined;
  return Math.min(127, Math.max(1, Math.round((value / 100) * FORTE)));
}

const isTempo = (qpm: number) => Number.isFinite(qpm) && qpm > 0;

/** Quarters a minute of "dotted quarter = 60"; undefined where it relates two notes, or says no number. */
function metronomeTempo(metronome: XMLElement): number | undefined {
  const unit = BEAT_UNITS[textIn(metronome, 'beat-unit') ?? ''];
  const perMinute = /\d+(\.\d+)?/.exec(textIn(metronome, 'per-minute') ?? '')?.[0];
  const dots = childrenOf(metronome, 'beat-unit-dot').length;
  const qpm = Number(perMinute) * unit * (2 - 0.5 ** dots);
  return isTempo(qpm) ? qpm : undefined;
}

function marksOfSound({ attributes }: XMLElement): Marks {
  const { dacapo, dalsegno, tocoda, fine, segno, coda } = attributes;
  return {
    ...(dacapo === 'yes' && { daCapo: true }),
    ...(dalsegno !== undefined && { dalSegno: dalsegno }),
    ...(tocoda !== undefined && { toCoda: tocoda }),
    ...(fine !== undefined && { fine: true }),
    ...(segno !== undefined && { segno }),
    ...(coda !== undefined && { coda }),
  };
}

/** Words where nothing is said to a player that is no musician. */
function marksOfWords(words: string): Marks {
  if (/^\s*(d\.?\s?c\.?|da\s+capo)\b/i.test(words)) return { daCapo: true };
  if (/^\s*(d\.?\s?s\.?|dal\s+segno)(\s|$)/i.test(words)) return { dalSegno: '' };
  if (/^\s*(to|al|alla)\s+coda/i.test(words)) return { toCoda: '' };
  return /^\s*fine\s*$/i.test(words) ? { fine: true } : {};
}

/** @param element a `direction`, or a `sound` that stands by itself */
export function readDirection(element: XMLElement): Direction {
  const sound = element.name === 'sound' ? element : childOf(element, 'sound');
  const types = childrenOf(element, 'direction-type').flatMap(({ children }) => children);
  const tempo = Number(sound?.attributes.tempo);
  const metronome = types.filter(({ name }) => name === 'metronome').map(metronomeTempo)[0];
  const level = velocityOf(sound?.attributes.dynamics);
  const written = types
    .filter(({ name }) => name === 'dynamics')
    .flatMap(({ children }) => children.map(({ name }) => dynamicOf(name)))
    .filter((dynamic) => dynamic !== undefined);
  const sounds = sound ? marksOfSound(sound) : {};
  const words = types.filter(({ name }) => name === 'words').map(({ text }) => marksOfWords(text));
  const signs: Marks = types.some(({ name }) => name === 'segno') ? { segno: '' } : {};
  return {
    qpm: isTempo(tempo) ? tempo : metronome,
    // A number says more than a mark; an accent stays one.
    dynamics: level === undefined || written.some(({ accent }) => accent) ? written : [{ level }],
    marks: { ...Object.assign({}, ...words), ...signs, ...sounds },
  };
}
