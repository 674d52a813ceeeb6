/** The windows that a MusicVAE learns from and is judged by: OUT/{train,validation,test}/windows.npy. */
import path from 'node:path';
import { configurationOf, type ConfigurationId } from '../../models/music-vae/configurations.js';
import { drumLabels } from '../../music/drum-classes.js';
import { melodyLabels } from '../../music/melody-labels.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { drumWindows, grooveWindows, melodyWindows } from '../../music/windows.js';
import { decodeNpy, encodeNpy } from '../dataset/npy.js';
import { readBytes } from '../read-file.js';
import type { Split } from '../dataset/splits.js';
import { writeWhole } from '../output-folder.js';
import { usageError } from '../usage.js';

/** Kinds of music that windows are made of. */
export type WindowKind = 'melody' | 'drums' | 'groove';

interface Form {
  /** Numbers of a step. */
  readonly width: number;
  readonly windowsOf: (
    sequence: NoteSequence,
    options: { steps: number; minOnsets: number },
  ) => Float32Array[];
  /** Another transposition of the same has the same name. */
  readonly nameOf: (window: Float32Array) => string;
  readonly store: (all: Float32Array) => Uint8Array | Uint16Array | Float32Array;
}

const LOWEST = 21;
const HIGHEST = 108;

const isOnPiano = ({ notes }: NoteSequence) =>
  notes.every(({ pitch }) => pitch >= LOWEST && pitch <= HIGHEST);

export const FORMS: Readonly<Record<WindowKind, Form>> = {
  melody: {
    width: 1,
    windowsOf: (sequence, options) =>
      melodyWindows(sequence, options)
        .filter(isOnPiano)
        .map((window) => Float32Array.from(melodyLabels(window, { steps: options.steps }))),
    nameOf(window) {
      const lowest = window.reduce((least, label) => (label > 1 ? Math.min(least, label) : least), Infinity);
      return window.map((label) => (label > 1 ? label - lowest + 2 : label)).join();
    },
    store: (all) => Uint8Array.from(all),
  },
  drums: {
    width: 1,
    windowsOf: (sequence, options) =>
      drumWindows(sequence, options).map((window) => Float32Array.from(drumLabels(window, options.steps))),
    nameOf: (window) => window.join(),
    store: (all) => Uint16Array.from(all),
  },
  groove: {
    width: 27,
    windowsOf: grooveWindows,
    nameOf: (window) => window.join(),
    store: (all) => all,
  },
};

const KINDS: Readonly<Record<string, WindowKind>> = {
  MelodyConverter: 'melody',
  DrumsConverter: 'drums',
  DrumRollConverter: 'drums',
  GrooveConverter: 'groove',
};

/** @throws USAGE where no dataset is made for the configuration */
export function formOf(id: ConfigurationId): { readonly kind: WindowKind; readonly steps: number } {
  const { dataConverter } = configurationOf(id);
  const kind = KINDS[dataConverter.type];
  if (!kind || dataConverter.args.pitchClasses)
    throw usageError(`There is no dataset for ${id}: melodies, drums and grooves have one`);
  return { kind, steps: Number(dataConverter.args.numSteps) };
}

/** @returns the path of a split's windows in the folder of the dataset */
export const windowsFile = (split: Split): string => path.join(split, 'windows.npy');

/** [windows, steps] or, of grooves, [windows, steps, 27]. */
export async function writeWindows(
  folder: string,
  split: Split,
  kind: WindowKind,
  windows: readonly Float32Array[],
  steps: number,
): Promise<void> {
  const { width, store } = FORMS[kind];
  const all = new Float32Array(windows.length * steps * width);
  windows.forEach((window, i) => all.set(window, i * steps * width));
  const shape = [windows.length, steps, ...(width > 1 ? [width] : [])];
  await writeWhole(path.join(folder, windowsFile(split)), encodeNpy(store(all), shape));
}

/** @throws FILE_FAILED, USAGE where they are windows of another kind */
export async function readWindows(
  folder: string,
  split: Split,
  kind: WindowKind,
  steps: number,
): Promise<Float32Array[]> {
  const file = path.join(folder, windowsFile(split));
  const { shape, data } = decodeNpy(await readBytes(file), file);
  const { width } = FORMS[kind];
  const size = steps * width;
  const found = shape.slice(1).join(' x ');
  const wanted = [steps, ...(width > 1 ? [width] : [])].join(' x ');
  if (found !== wanted)
    throw usageError(`${file} has windows of ${found} numbers; this model's ${kind} have ${wanted}`);
  return Array.from({ length: shape[0] }, (_, i) => data.slice(i * size, (i + 1) * size));
}
