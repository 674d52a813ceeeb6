/** The training pieces of one sequence that a configuration can take. */
import { TimbrelError, withoutCode } from '../../errors/timbrel-error.js';
import {
  CONFIGURATIONS,
  type Configuration,
  type ConfigurationId,
} from '../../models/event-rnn/encodings/configurations.js';
import type { MusicEvent } from '../../music/events.js';
import { SparseVector } from '../../ops/lstm/network.js';
import { extractTrainingPieces, type TrainingPiece } from './extraction.js';
import { isByProgram, type SourcePiece, type Unreadable } from './sources.js';

export interface FitOptions {
  readonly augment: boolean;
  readonly onDrop: (reason: string) => void;
  readonly onUnreadable: (what: Unreadable) => void;
}

/**
 * Music that cannot be put into steps, such as notes a year apart, is told of if it is a file of music, and an error if a
 * program wrote it.
 * @throws NOTE_SEQUENCE_INVALID
 */
export function extractFitPieces(
  id: ConfigurationId,
  { sequence, source, name }: SourcePiece,
  { augment, onDrop, onUnreadable }: FitOptions,
): TrainingPiece[] {
  try {
    return extractTrainingPieces(id, sequence, { augment, onDrop }).filter((piece) => {
      const fits = isFit(id, piece);
      if (!fits) onDrop('CONTROL_INVALID');
      return fits;
    });
  } catch (cause) {
    if (!(cause instanceof TimbrelError && cause.code === 'NOTE_SEQUENCE_INVALID')) throw cause;
    const reason = withoutCode(cause);
    if (isByProgram(source)) throw new TimbrelError(cause.code, `${name}: ${reason}`, { cause });
    onUnreadable({ file: source.file, reason });
    return [];
  }
}

/** Chords that a configuration cannot take make a piece unfit for it, and nothing else. */
function isFit(id: ConfigurationId, { events, controlsAt }: TrainingPiece): boolean {
  const { controls } = CONFIGURATIONS[id] as Configuration<MusicEvent>;
  if (!controls?.reads.includes('chord') || !controlsAt) return true;
  const scratch = new SparseVector(controls.size);
  try {
    events.forEach((_, position) => {
      scratch.clear();
      controls.write(controlsAt(position), scratch);
    });
    return true;
  } catch (error) {
    if (error instanceof TimbrelError && error.code === 'CONTROL_INVALID') return false;
    throw error;
  }
}
