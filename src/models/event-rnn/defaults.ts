/** The settings with which a model writes where nobody gives any: one table for models, their elements and what measures them. */
import type { DrumEvent, MelodyEvent } from '../../music/events.js';
import type { WritingDefaults } from '../continuation/piece.js';
import type { EventModelName } from './protocol.js';

const melody: WritingDefaults<MelodyEvent> = { temperature: 0.8, firstEvent: 60 };
const drums: WritingDefaults<DrumEvent> = { temperature: 0.8, firstEvent: [36] };

export const WRITING_DEFAULTS = {
  MelodyRNN: melody,
  ImprovRNN: melody,
  DrumsRNN: drums,
  PolyphonyRNN: { temperature: 1 },
  PerformanceRNN: { temperature: 1 },
} satisfies Record<EventModelName, WritingDefaults>;
