/** The music that a model continues, as it is typed or in a MIDI file. */
import { readFile } from 'node:fs/promises';
import { drumsToSequence } from '../music/drums.js';
import { melodyToSequence } from '../music/melody.js';
import { singleTempo } from '../music/meter.js';
import { readMidi } from '../music/midi-reader.js';
import { DEFAULT_QPM, DEFAULT_STEPS_PER_BAR, type Note, type NoteSequence } from '../music/note-sequence.js';
import { quantizeToStep } from '../music/quantize.js';
import type { Options, Values } from './options.js';
import { usageError } from './usage.js';

export const PRIMER_OPTIONS = {
  'primer-midi': { type: 'string', value: 'FILE', description: 'Go on from this MIDI file, in its tempo' },
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

export type PrimerOption = Exclude<keyof typeof PRIMER_OPTIONS, 'qpm'>;
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
 * @throws USAGE, MIDI_FILE_INVALID, and what reading the file throws
 */
export async function readPrimer(values: PrimerValues, stepsPerQuarter: number): Promise<NoteSequence> {
  const { qpm = DEFAULT_QPM } = values;
  if (!(qpm > 0)) throw usageError(`--qpm is ${qpm}; expected a number above 0`);
  const [first, second] = Object.entries(values).filter(
    ([key, value]) => key !== 'qpm' && value !== undefined,
  );
  if (second) throw usageError(`--${first[0]} and --${second[0]} are two primers; give one`);
  const { 'primer-midi': midi, 'primer-melody': melody, 'primer-drums': drums } = values;
  const { 'primer-pitches': pitches } = values;
  const grid = { startStep: 0, stepsPerBar: DEFAULT_STEPS_PER_BAR, stepsPerQuarter: STEPS_PER_QUARTER };
  if (midi !== undefined) return readMidi(await readFile(midi));
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

/**
 * A melody out of a MIDI file of any kind, as Magenta's generators take it: of the first instrument that is no drum, and of notes that
 * begin on one sixteenth the highest. Other lists, tempo and meter among them, stay as they are.
 * @throws TEMPO_CHANGES
 */
export function melodyOf(sequence: NoteSequence): NoteSequence {
  const pitched = sequence.notes.filter(({ isDrum }) => !isDrum);
  const instrument = Math.min(...pitched.map((note) => note.instrument ?? 0));
  const { qpm } = singleTempo(sequence);
  const step = ({ startTime = 0 }: Note) => quantizeToStep(startTime, (qpm * STEPS_PER_QUARTER) / 60);
  const highest = new Map<number, Note>();
  for (const note of pitched) {
    if ((note.instrument ?? 0) !== instrument) continue;
    const other = highest.get(step(note));
    if (!other || note.pitch > other.pitch) highest.set(step(note), note);
  }
  const notes = sequence.notes.filter((note) => highest.get(step(note)) === note);
  return { ...sequence, notes: notes.map((note) => ({ ...note, instrument: 0 })) };
}
