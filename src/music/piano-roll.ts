/** Notes as a piano roll of frames (note_seq/sequences_lib.py: sequence_to_pianoroll), the form in which transcribers learn them. */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { HIGHEST_KEY, KEYS, LOWEST_KEY, type Activations } from './activations.js';
import { withLeftOut } from './left-out.js';
import type { NoteSequence } from './note-sequence.js';
import { requireSeconds } from './subsequence.js';
import { totalSeconds } from './timed-events.js';

/** 512 samples at 16 kHz, as Onsets and Frames has them. */
const SECONDS_PER_FRAME = 0.032;
const MOST_FRAMES = 4_000_000;

export interface SequenceToPianoRollOptions {
  /** Default 0.032, as Onsets and Frames has them. */
  readonly secondsPerFrame?: number;
}

const SEQUENCE_TO_PIANO_ROLL_OPTIONS: OptionNames<SequenceToPianoRollOptions> = {
  secondsPerFrame: true,
};

/**
 * Onsets, frames and velocities of the notes from 21 to 108; a frame is 1 where a note sounds in it, an onset 1 where one begins. Others,
 * and drums, are left out. {@link pianoRollToSequence} makes notes of it again.
 * @throws SEQUENCE_QUANTIZED, OPTION_INVALID
 */
export function sequenceToPianoRoll(
  sequence: NoteSequence,
  options: { readonly secondsPerFrame?: number } = {},
): Required<Omit<Activations, 'offsets'>> {
  const { secondsPerFrame = SECONDS_PER_FRAME } = checkedOptions<{ readonly secondsPerFrame?: number }>(
    options,
    SEQUENCE_TO_PIANO_ROLL_OPTIONS,
  );
  requireSeconds(sequence, 'sequenceToPianoRoll');
  const frameCount = Math.ceil(totalSeconds(sequence) / secondsPerFrame - 1e-6);
  if (!(secondsPerFrame > 0 && frameCount <= MOST_FRAMES))
    throw new TimbrelError(
      'OPTION_INVALID',
      `secondsPerFrame is ${secondsPerFrame}; expected a number above 0, not that small`,
    );
  const [onsets, frames, velocities] = [0, 1, 2].map(() => new Float32Array(frameCount * KEYS));
  const inOrder = withLeftOut(sequence).notes.toSorted((a, b) => (a.startTime ?? 0) - (b.startTime ?? 0));
  for (const { pitch, startTime = 0, endTime = 0, velocity = 0, isDrum } of inOrder) {
    if (isDrum || pitch < LOWEST_KEY || pitch > HIGHEST_KEY || endTime <= startTime) continue;
    const first = Math.round(startTime / secondsPerFrame);
    const last = Math.max(first + 1, Math.round(endTime / secondsPerFrame));
    for (let frame = first; frame < Math.min(last, frameCount); frame++) {
      const at = frame * KEYS + pitch - LOWEST_KEY;
      frames[at] = 1;
      onsets[at] = frame === first ? 1 : 0;
      velocities[at] = velocity;
    }
  }
  return { frameCount, secondsPerFrame, onsets, frames, velocities };
}
