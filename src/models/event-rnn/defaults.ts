/** The settings with which a model writes where nobody gives any: one table for models, their elements and what measures them. */
import type { DrumEvent, MelodyEvent, MusicEvent } from '../../music/events.js';
import type { EventModelName } from './protocol.js';

export interface WritingDefaults<E = MusicEvent> {
  readonly temperature: number;
  /** The event that a piece from nothing begins with, as with Magenta's command; undefined where the model begins by itself. */
  readonly firstEvent?: E;
}

const melody: WritingDefaults<MelodyEvent> = { temperature: 0.8, firstEvent: 60 };
const drums: WritingDefaults<DrumEvent> = { temperature: 0.8, firstEvent: [36] };

export const WRITING_DEFAULTS = {
  MelodyRNN: melody,
  ImprovRNN: melody,
  DrumsRNN: drums,
  PolyphonyRNN: { temperature: 1 },
  PerformanceRNN: { temperature: 1 },
} satisfies Record<EventModelName, WritingDefaults>;
