/** Activations of a whole recording as notes: what a page does when a threshold moves. */
import { checkObject, checkList, checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import {
  KEYS,
  type Activations,
  type CheckedThresholds,
  type TranscriptionThresholds,
} from './activations.js';
import { DrumDecoder, NoteDecoder } from './note-decoder.js';
import type { NoteSequence } from './note-sequence.js';

export interface PianoRollOptions extends TranscriptionThresholds {
  /**
   * 'frames', the default: a note begins at an onset and goes on while its frames do. 'onsets': each onset frame is a drum note of 0.05 s;
   * the default where there are no frames. 'viterbi': the likeliest course of each pitch, without thresholds.
   */
  readonly decoder?: 'frames' | 'onsets' | 'viterbi';
  /** The weight of onsets against frames for 'viterbi', between 0 and 1; default 0.5. */
  readonly onsetWeight?: number;
}

const PIANO_ROLL_OPTIONS: OptionNames<PianoRollOptions> = {
  onsetThreshold: true,
  frameThreshold: true,
  offsetThreshold: true,
  decoder: true,
  onsetWeight: true,
};

/** @throws OPTION_INVALID */
export function checkedThresholds(options: TranscriptionThresholds): CheckedThresholds {
  const { onsetThreshold = 0.5, frameThreshold = 0.5, offsetThreshold = 0 } = options;
  const thresholds = { onsetThreshold, frameThreshold, offsetThreshold };
  for (const [name, value] of Object.entries(thresholds)) {
    if (!(typeof value === 'number' && value >= 0 && value <= 1))
      throw new TimbrelError('OPTION_INVALID', `${name} is ${String(value)}; expected a number from 0 to 1`);
  }
  return thresholds;
}

/**
 * @returns notes in the order in which they end; `totalTime` is that of the frames
 * @throws OPTION_INVALID
 */
export function pianoRollToSequence(activations: Activations, options: PianoRollOptions = {}): NoteSequence {
  checkedOptions(options, PIANO_ROLL_OPTIONS);
  checkObject('activations', activations, 'an object with onsets, and frames where there are any');
  checkList('activations.onsets', activations.onsets, 'a list of numbers');
  const thresholds = checkedThresholds(options);
  const { decoder = activations.frames ? 'frames' : 'onsets', onsetWeight = 0.5 } = options;
  if (!(onsetWeight > 0 && onsetWeight < 1))
    throw new TimbrelError(
      'OPTION_INVALID',
      `onsetWeight is ${onsetWeight}; expected a number between 0 and 1`,
    );
  switch (decoder) {
    case 'frames':
      return decodeAll(activations, new NoteDecoder(thresholds));
    case 'onsets':
      return decodeAll(activations, new DrumDecoder(thresholds));
    case 'viterbi':
      return decodeAll(likeliestCourse(activations, onsetWeight), new NoteDecoder(checkedThresholds({})));
    default:
      throw new TimbrelError(
        'OPTION_INVALID',
        `decoder is ${JSON.stringify(decoder)}; expected 'frames', 'onsets' or 'viterbi'`,
      );
  }
}

function decodeAll(activations: Activations, decoder: NoteDecoder | DrumDecoder): NoteSequence {
  const notes = decoder.take(activations);
  return { notes: [...notes, ...decoder.sounding()], totalTime: decoder.seconds };
}

/** Probabilities are kept so far from 0 and 1. */
const LEAST = 1e-3;

/**
 * Frames of 0 and 1 that cost least, for each pitch: a frame costs (1 - w) -ln p of its state, a step from off to on w -ln(onset), any
 * other w -ln(1 - onset). Onsets are its rises. (magenta/models/onsets_frames_transcription/infer_util.py.)
 */
function likeliestCourse(activations: Activations, onsetWeight: number): Activations {
  const { frameCount, onsets, frames: given } = activations;
  if (!given)
    throw new TimbrelError('OPTION_INVALID', "decoder is 'viterbi', and these activations have no frames");
  const cost = (weight: number, probability: number) =>
    -weight * Math.log(Math.min(1 - LEAST, Math.max(LEAST, probability)));
  const frames = new Float32Array(frameCount * KEYS);
  const rises = new Float32Array(frameCount * KEYS);
  /** By frame: whether the best way to be off there, and to be on, comes from on. */
  const fromOn = [new Uint8Array(frameCount), new Uint8Array(frameCount)];
  for (let key = 0; key < KEYS; key++) {
    // Before the first frame it is off.
    let [off, on] = [0, Infinity];
    for (let frame = 0, at = key; frame < frameCount; frame++, at += KEYS) {
      const rise = cost(onsetWeight, onsets[at]);
      const other = cost(onsetWeight, 1 - onsets[at]);
      fromOn[0][frame] = Number(on < off);
      fromOn[1][frame] = Number(on + other < off + rise);
      [off, on] = [
        Math.min(off, on) + other + cost(1 - onsetWeight, 1 - given[at]),
        Math.min(off + rise, on + other) + cost(1 - onsetWeight, given[at]),
      ];
    }
    let state = Number(on < off);
    for (let frame = frameCount - 1; frame >= 0; frame--) {
      const before = fromOn[state][frame];
      frames[frame * KEYS + key] = state;
      rises[frame * KEYS + key] = Number(state > before);
      state = before;
    }
  }
  return { ...activations, frames, onsets: rises };
}
