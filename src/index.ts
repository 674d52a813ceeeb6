/** The public surface for developers: models, instruments, errors. Elements are entries of their own. */
export { TimbrelError, ERROR_CODES, type ErrorCode } from './errors/timbrel-error.js';
export {
  GANSynth,
  type GANSynthGenerateOptions,
  type GANSynthLoadOptions,
} from './models/gansynth/gansynth.js';
export type { Source } from './checkpoints/resolve-source.js';
export {
  catalogue,
  clearCheckpoints,
  fetchCheckpoint,
  listCheckpoints,
  type CatalogueEntry,
  type FetchOptions,
} from './models/checkpoints/checkpoints.js';
export { DrumsRNN } from './models/event-rnn/drums-rnn.js';
export type { Continuation, ContinueOptions } from './models/continuation/event-model.js';
export type { EventRNNOptions } from './models/event-rnn/recurrent-model.js';
export type { EventModelLoadOptions } from './models/event-rnn/event-rnn.js';
export { ImprovRNN, MelodyRNN, type ImprovRNNOptions } from './models/event-rnn/melody-rnn.js';
export { PerformanceRNN, type PerformanceRNNOptions } from './models/event-rnn/performance-rnn.js';
export { PolyphonyRNN, type PolyphonyRNNOptions } from './models/event-rnn/polyphony-rnn.js';
export {
  MusicVAE,
  type MusicVAEControlOptions,
  type MusicVAEDecodeOptions,
  type MusicVAEEncodeOptions,
  type MusicVAEInterpolateOptions,
  type MusicVAELoadOptions,
  type MusicVAEWalkOptions,
} from './models/music-vae/music-vae.js';
export { MidiMe, type TrainMidiMeOptions } from './models/music-vae/midi-me.js';
export {
  MusicTransformer,
  type MusicTransformerInfillOptions,
  type MusicTransformerLoadOptions,
  type MusicTransformerOptions,
  type MusicTransformerTokenOptions,
} from './models/music-transformer/music-transformer.js';
export type { MusicTransformerDescription } from './models/music-transformer/protocol.js';
export type { MusicVAEDescription } from './models/music-vae/protocol.js';
export {
  OnsetsAndFrames,
  type OnsetsAndFramesBeginOptions,
  type OnsetsAndFramesLoadOptions,
  type OnsetsAndFramesOptions,
} from './models/onsets-frames/onsets-and-frames.js';
export type { OnsetsAndFramesDescription } from './models/onsets-frames/protocol.js';
export type { Transcription } from './models/onsets-frames/transcription.js';
export {
  NSynth,
  type NSynthDecodeAllOptions,
  type NSynthDecodeOptions,
  type NSynthEncodeOptions,
  type NSynthLoadOptions,
  type NSynthScoreOptions,
} from './models/nsynth/nsynth.js';
export type { NSynthDescription, NSynthPrecision } from './models/nsynth/protocol.js';
export type { AudioInput } from './models/audio-argument.js';
export { GANSynthInstrument } from './instruments/gansynth-instrument.js';
export {
  NSynthInstrument,
  correctedSound,
  type HeardSound,
  type NSynthEmbedOptions,
  type NSynthPatch,
} from './instruments/nsynth-instrument.js';
export {
  DEFAULT_ENVELOPE,
  TimbreInstrument,
  type ExchangeOptions,
  type InstrumentOptions,
} from './instruments/timbre-instrument.js';
export type { AudioOutput, OpenAudio, StartOptions } from './instruments/audio-output.js';
export type { NotePool, TimbreDescription, TimbreModel } from './instruments/timbre-model.js';
export { TapTempo } from './midi/clock.js';
export { DrumKit } from './instruments/drum-kit.js';
export { Microphone, type MicrophoneListener } from './instruments/live-microphone.js';
export { renderOffline, type OfflineOptions, type OfflinePart } from './instruments/offline.js';
export { PlainKeys } from './instruments/plain-keys.js';
export { SequencePlayer, type NoteTarget, type PlayedNote } from './instruments/sequence-player.js';
export { decodeWav, encodeWav, type WavAudio, type WavFormat } from './audio/wav.js';
export { WavRecorder } from './instruments/wav-recorder.js';
export {
  BackendEvent,
  InstrumentErrorEvent,
  LoadingEvent,
  MeterEvent,
  NetworkEvent,
  RenderEvent,
  type InstrumentEventMap,
} from './instruments/events.js';
export type { Patch, PatchCorner, SoundCorner } from './instruments/patch.js';
export { mixCorners, slerp, type Corners } from './latent/latent.js';
export {
  addAttribute,
  attributeVector,
  interpolateLatents,
  similarLatent,
  walkLatent,
  type Interpolation,
} from './latent/interpolation.js';
export type { Backend } from './models/load-options.js';
export type { GANSynthDescription } from './models/gansynth/protocol.js';
export type { LoadProgress } from './checkpoints/checkpoint-source.js';
export type { NamedTimbre } from './checkpoints/timbres.js';
export type { StoredCheckpoint } from './checkpoints/downloads/stored-checkpoint.js';
export type { Note, NoteSequence } from './music/note-sequence.js';
export type { Envelope } from './messages/voice-processor.js';
