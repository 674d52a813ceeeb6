/** The music that a model continues, as it is typed or in a MIDI file. */
import { TimbrelError } from '../errors/timbrel-error.js';
import { drumsToSequence } from '../music/drums.js';
import { melodyToSequence } from '../music/melody.js';
import { readMusicFile } from './music-file.js';
import { DEFAULT_QPM, DEFAULT_STEPS_PER_BAR, type NoteSequence } from '../music/note-sequence.js';
import { takeInstrument } from '../music/primer.js';
import type { Options, Values } from './options.js';
import { usageError } from './usage.js';

export const PRIMER_OPTIONS = {
  'primer-midi': {
    type: 'string',
    value: 'FILE',
    description: 'Go on from this file of notes (MIDI, MusicXML or ABC), in its tempo',
  },
  'primer-instrument': {
    type: 'number',
    description:
      'Of the file this instrument only, counted from 0 by the tracks and channels that play; without it the melody for ' +
      'models of one voice, all that is not drums for the others',
  },
  'primer-melody': {
    type: 'string',
    value: 'LIST',
    description: 'Go on from this melody, a sixteenth each: a pitch, -2 for no event, -1 for note off',
  },
  'primer-drums': {
    type: 'string',
    value: 'LIST',
    description: 'Go on from these drums, a step each: "[(36, 42), (), (42,)]"',
  },
  'primer-pitches': {
    type: 'string',
    value: 'LIST',
    description: 'Go on from this chord of a quarter: "[60, 64, 67]"',
  },
  qpm: {
    type: 'number',
    description: `Quarters per minute; that of a MIDI file comes first, without either ${DEFAULT_QPM}`,
  },
} as const satisfies Options;

export type PrimerOption = Exclude<keyof typeof PRIMER_OPTIONS, 'qpm' | 'primer-instrument'>;
export type PrimerValues = Partial<Values<typeof PRIMER_OPTIONS>>;

const STEPS_PER_QUARTER = 4;

const EXAMPLES: Readonly<Record<Exclude<PrimerOption, 'primer-midi'>, string>> = {
  'primer-melody': '[60, -2, 62]',
  'primer-drums': '[(36, 42), (), (42,)]',
  'primer-pitches': '[60, 64, 67]',
};

/**
 * A list as Python writes it: tuples are lists, and a comma may stand at the end.
 * @throws USAGE
 */
function parseList(name: keyof typeof EXAMPLES, text: string): unknown[] {
  try {
    const list: unknown = JSON.parse(
      text
        .replaceAll('(', '[')
        .replaceAll(')', ']')
        .replaceAll(/,\s*\]/g, ']'),
    );
    if (Array.isArray(list)) return list;
  } catch {
    // Not a list, below.
  }
  throw usageError(`--${name} is ${JSON.stringify(text)}; expected a list such as "${EXAMPLES[name]}"`);
}

function integers(name: string, list: readonly unknown[], least: number): number[] {
  return list.map((value) => {
    if (Number.isInteger(value) && Number(value) >= least && Number(value) <= 127) return Number(value);
    throw usageError(`--${name} has ${JSON.stringify(value)}; expected whole numbers from ${least} to 127`);
  });
}

/**
 * @param stepsPerQuarter of drums
 * @returns no notes where nothing was given
 * @throws USAGE, PRIMER_EMPTY of a file without notes, MIDI_FILE_INVALID, MUSIC_XML_INVALID, ABC_INVALID, and what reading the file throws
 */
export async function readPrimer(values: PrimerValues, stepsPerQuarter: number): Promise<NoteSequence> {
  const { qpm = DEFAULT_QPM } = values;
  if (!(qpm > 0)) throw usageError(`--qpm is ${qpm}; expected a number above 0`);
  const [first, second] = Object.entries(values).filter(
    ([key, value]) => key !== 'qpm' && key !== 'primer-instrument' && value !== undefined,
  );
  if (second) throw usageError(`--${first[0]} and --${second[0]} are two primers; give one`);
  const { 'primer-midi': midi, 'primer-melody': melody, 'primer-drums': drums } = values;
  const { 'primer-pitches': pitches, 'primer-instrument': instrument } = values;
  const grid = { startStep: 0, stepsPerBar: DEFAULT_STEPS_PER_BAR, stepsPerQuarter: STEPS_PER_QUARTER };
  if (midi !== undefined) {
    const sequence = await readMusicFile(midi);
    // Music from nothing would pass for what goes on from the file.
    if (sequence.notes.length === 0)
      throw new TimbrelError('PRIMER_EMPTY', `There are no notes in ${midi}; give a file with some`);
    return instrument === undefined ? sequence : instrumentOf(sequence, instrument);
  }
  if (instrument !== undefined)
    throw usageError('--primer-instrument chooses from a MIDI file; --primer-midi is missing');
  if (melody !== undefined) {
    const events = integers('primer-melody', parseList('primer-melody', melody), -2);
    return melodyToSequence({ ...grid, events }, { qpm });
  }
  if (drums !== undefined) {
    const events = parseList('primer-drums', drums).map((step) => {
      if (Array.isArray(step)) return integers('primer-drums', step, 0);
      throw usageError(
        `--primer-drums has ${JSON.stringify(step)}; expected a list of pitches for each step`,
      );
    });
    return drumsToSequence({ ...grid, stepsPerQuarter, stepsPerBar: 4 * stepsPerQuarter, events }, { qpm });
  }
  if (pitches !== undefined) {
    const notes = integers('primer-pitches', parseList('primer-pitches', pitches), 0).map((pitch) => ({
      pitch,
      velocity: 100,
      startTime: 0,
      endTime: 60 / qpm,
    }));
    return { notes, tempos: [{ time: 0, qpm }], totalTime: 60 / qpm };
  }
  return { notes: [], tempos: [{ time: 0, qpm }], totalTime: 0 };
}

/** @throws USAGE naming the instruments that there are */
function instrumentOf(sequence: NoteSequence, instrument: number): NoteSequence {
  const part = takeInstrument(sequence, instrument);
  if (part.notes.length > 0) return part;
  const names = new Map(sequence.instrumentInfos?.map((info) => [info.instrument ?? 0, info.name]));
  const there = [...new Set(sequence.notes.map((note) => note.instrument ?? 0))].map((index) =>
    names.get(index) ? `${index} (${names.get(index)})` : `${index}`,
  );
  throw usageError(
    `--primer-instrument is ${instrument}; the file has ${there.join(', ') || 'no instruments'}`,
  );
}
