import { html, nothing, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { TimbrelError } from '../../errors/timbrel-error.js';
import type { AudioContextLike, AudioNodeLike } from '../../instruments/context.js';
import { NetworkSlot } from '../../instruments/network-slot.js';
import { PhraseRecorder, type PhraseEvent } from '../../instruments/phrase-recorder.js';
import type { NoteTarget, PlayedNote } from '../../instruments/sequence-player.js';
import { midiClock } from '../../midi/outputs.js';
import { parseChordList } from '../../music/chord-list.js';
import { DEFAULT_QPM, type NoteSequence } from '../../music/note-sequence.js';
import type { MusicVAE } from '../../models/music-vae/music-vae.js';
import { defineElement } from '../internal/define.js';
import { inWords } from '../internal/failures.js';
import { numberField, slider, switchField, textField } from '../internal/fields.js';
import { ModelElement } from '../internal/model-element.js';
import { panelStyles } from '../internal/panel.styles.js';
import { renderFailure, renderProgress } from '../internal/status.js';
import {
  SequenceChangeEvent,
  SequenceFailureEvent,
  SequenceLoadEvent,
  SequencePlayEvent,
} from '../sequence-model/events.js';
