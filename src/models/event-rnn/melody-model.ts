/** The base of the models of one voice, a step an event. */
import type { MelodyEvent } from '../../music/events.js';
import { accentPitched } from '../../music/accents.js';
import { GrowingMelody, extractMelody, setMelodyLength } from '../../music/melody.js';
import { notesInSeconds } from '../../music/to-sequence.js';
import { takeMelody } from '../../music/primer.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import type { Primer } from '../continuation/event-model.js';
import {
  RecurrentModel,
  STEPS_PER_QUARTER,
  inBeats,
  inQuarters,
  type EventRNNOptions,
} from './recurrent-model.js';
import type { WritingDefaults } from '../continuation/piece.js';
import { WRITING_DEFAULTS } from './defaults.js';

export abstract class MelodyModel<O extends EventRNNOptions> extends RecurrentModel<MelodyEvent, O> {
  protected override readonly defaults: WritingDefaults<MelodyEvent> = WRITING_DEFAULTS.MelodyRNN;

  protected readPrimer(sequence: NoteSequence): Primer<MelodyEvent> {
    const { quantized, end, qpm, grid, secondsPerStep } = inBeats(sequence, STEPS_PER_QUARTER);
    // Silence within a primer is part of it, however long.
    const melody = extractMelody(takeMelody(quantized), { gapBars: Infinity });
    // Up to where the sequence ends, as Magenta's generators do: what is written follows on the beat.
    const events = melody ? setMelodyLength(melody.events, end - melody.startStep) : [];
    return {
      events,
      end,
      secondsPerStep,
      head: inQuarters(qpm),
      reading: () => ({
        growing: new GrowingMelody(end),
        inSeconds: (notes, before) => notesInSeconds(accentPitched(notes, grid, before), secondsPerStep, {}),
        secondsOf: (step) => step * secondsPerStep,
      }),
    };
  }
}
