/** The settings with which a model writes where nobody gives any: one table for models, their elements and what measures them. */
import type { DrumEvent, MelodyEvent } from '../../music/events.js';
import type { WritingDefaults } from '../continuation/piece.js';
import type { EventModelName } from './protocol.js';

// Of a hundred classes the unlikely ones together come often enough to lose the beat and the key: held-out music is met best without
// them (docs/how-good-is-it.md).
const melody: WritingDefaults<MelodyEvent> = { temperature: 0.8, topP: 0.9, firstEvent: 60 };
const drums: WritingDefaults<DrumEvent> = { temperature: 0.8, topP: 0.9, firstEvent: [36] };

export const WRITING_DEFAULTS = {
  MelodyRNN: melody,
  ImprovRNN: { ...melody, topP: 0.8 },
  DrumsRNN: drums,
  PolyphonyRNN: { temperature: 1, topP: 0.89 },
  PerformanceRNN: { temperature: 0.9, topP: 0.9 },
} satisfies Record<EventModelName, WritingDefaults>;
