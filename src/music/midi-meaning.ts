/** Numbers of remarks, keys and texts as MIDI files hold them. */
import {
  BEAT,
  CHORD_SYMBOL,
  MAJOR,
  MINOR,
  UNKNOWN_ANNOTATION,
  isBeat,
  isChordSymbol,
  type TextAnnotation,
} from './note-sequence.js';

/** Kinds of the remarks (meta events) that are read and written. */
export const TEXT = 0x01;
export const TRACK_NAME = 0x03;
export const INSTRUMENT_NAME = 0x04;
export const LYRICS = 0x05;
export const MARKER = 0x06;
export const CUE_POINT = 0x07;
export const SET_TEMPO = 0x51;
export const TIME_SIGNATURE = 0x58;
export const KEY_SIGNATURE = 0x59;

/** Kinds of channel messages: the high four bits of their status. */
export const NOTE_OFF_MESSAGE = 0x80;
export const NOTE_ON_MESSAGE = 0x90;
export const CONTROL_MESSAGE = 0xb0;
export const PROGRAM_MESSAGE = 0xc0;
export const BEND_MESSAGE = 0xe0;
/** Bends are counted from here. */
export const BEND_CENTRE = 8192;

/** Channel 10, counted from 0. */
export const DRUM_CHANNEL = 9;
/** The others, which the pitched parts of a piece take turns on. */
export const MELODIC_CHANNELS = [...Array(16).keys()].filter((channel) => channel !== DRUM_CHANNEL);

/** Semitones from the tonic of a mode up to the major key of the same signature, by note-seq's modes. */
const TO_MAJOR: Readonly<Record<number, number>> = {
  [MAJOR]: 0,
  [MINOR]: 3,
  // Mixolydian, Dorian, Phrygian, Lydian, Locrian: the file can hold their signature, and not the mode.
  3: 5,
  4: 10,
  5: 8,
  6: 7,
  7: 1,
};

const modulo12 = (value: number) => ((value % 12) + 12) % 12;

/**
 * @param sharps -7 to 7, negative for flats
 * @param scale 0 major, 1 minor
 * @returns the tonic's pitch class
 */
export const keyOfSharps = (sharps: number, scale: number) =>
  modulo12(7 * sharps + (scale === MINOR ? 9 : 0));

/** The signature with the fewest accidentals; six sharps rather than six flats. */
export function sharpsOfKey(key: number, mode: number): { sharps: number; scale: number } {
  const major = modulo12(key + (TO_MAJOR[mode] ?? 0));
  const sharps = modulo12(7 * major);
  return { sharps: sharps > 6 ? sharps - 12 : sharps, scale: mode === MINOR ? 1 : 0 };
}

/** Files have no chord symbols and beats: they are written as texts that say what they are. */
const PREFIXES: Readonly<Record<number, string>> = { [CHORD_SYMBOL]: 'chord: ', [BEAT]: 'beat: ' };

export function textOfAnnotation(annotation: TextAnnotation): string {
  const { text = '' } = annotation;
  if (isChordSymbol(annotation)) return PREFIXES[CHORD_SYMBOL] + text;
  return isBeat(annotation) ? PREFIXES[BEAT] + text : text;
}

export function annotationOfText(text: string): Pick<TextAnnotation, 'text' | 'annotationType'> {
  for (const annotationType of [CHORD_SYMBOL, BEAT]) {
    const prefix = PREFIXES[annotationType];
    if (text.startsWith(prefix)) return { text: text.slice(prefix.length), annotationType };
  }
  return { text, annotationType: UNKNOWN_ANNOTATION };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Most files hold UTF-8, the others Latin 1. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  }
}
