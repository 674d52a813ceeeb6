/** Any file of written or played music: what it is, is seen in its bytes, and by its name where these do not say. */
import { bytesOf, textOf, type FileBytes } from '../bytes/given-file.js';
import type { TimbrelError } from '../errors/timbrel-error.js';
import { readMidi } from './midi-reader.js';
import type { NoteSequence } from './note-sequence.js';
import { readABCTunebook } from './score/abc.js';
import { readMusicXML } from './score/music-xml.js';
import { isZip } from './score/mxl.js';

/** Names of the files that {@link readMusic} reads, without their TFRecords. */
export const MUSIC_FILE = /\.(mid|midi|smf|kar|xml|musicxml|mxl|abc)$/i;

export interface MusicFile {
  /** One of MIDI and MusicXML, each tune of an ABC tunebook. */
  readonly sequences: readonly NoteSequence[];
  /** Tunes of a tunebook that cannot be read. */
  readonly failures: readonly TimbrelError[];
}

const isMidi = ([a, b, c, d]: Uint8Array) =>
  (a === 0x4d && b === 0x54 && c === 0x68 && d === 0x64) ||
  (a === 0x52 && b === 0x49 && c === 0x46 && d === 0x46);

/** Text begins with a byte order mark, white space, or a sign that is printed. */
const isText = (bytes: Uint8Array) => bytes.length > 0 && !bytes.subarray(0, 512).includes(0);

/** A score's first tag; a page of the web that was saved in the place of a file has another. */
const SCORE = /^<(\?xml|!--|!doctype\s+score|score-)/i;

/**
 * MIDI, MusicXML (also packed) or ABC.
 * @param file its bytes; of MusicXML and ABC its text, too
 * @param name of the file, which counts only where its bytes do not say what it is
 * @throws MIDI_FILE_INVALID, MUSIC_XML_INVALID, and ABC_INVALID where no tune can be read
 */
export async function readMusic(file: FileBytes | string, name = ''): Promise<MusicFile> {
  if (typeof file === 'string') return readScore(file.replace(/^\ufeff/, '').trimStart(), name);
  const given = bytesOf('readMusic', file);
  if (isMidi(given)) return { sequences: [readMidi(given)], failures: [] };
  const isUTF16 = (given[0] === 0xff && given[1] === 0xfe) || (given[0] === 0xfe && given[1] === 0xff);
  const text = isUTF16 || isText(given) ? textOf('readMusic', given).trimStart() : undefined;
  if (isZip(given)) return { sequences: [await readMusicXML(given)], failures: [] };
  if (text !== undefined && isScore(text, name)) return readScore(text, name);
  if (isXML(name)) return { sequences: [await readMusicXML(given)], failures: [] };
  return { sequences: [readMidi(given)], failures: [] };
}

const isXML = (name: string) => /\.(xml|musicxml|mxl)$/i.test(name);
const isABC = (text: string, name: string) => /\.abc$/i.test(name) || /^(%abc|X:)/m.test(text.slice(0, 4000));
const isScore = (text: string, name: string) => SCORE.test(text) || isXML(name) || isABC(text, name);

/** Text is MusicXML or ABC; the reader of ABC tells of what is neither. */
async function readScore(text: string, name: string): Promise<MusicFile> {
  if (SCORE.test(text) || isXML(name)) return { sequences: [await readMusicXML(text)], failures: [] };
  const { tunes, failures } = readABCTunebook(text);
  if (tunes.length === 0 && failures.length > 0) throw failures[0];
  return { sequences: tunes, failures };
}
