/** The public surface for developers: models, instruments, errors. Elements are entries of their own. @module */
export * from './entries/drums-rnn.js';
export * from './entries/gansynth.js';
export * from './entries/improv-rnn.js';
export * from './entries/melody-rnn.js';
export * from './entries/music-transformer.js';
export * from './entries/music-vae.js';
export * from './entries/nsynth.js';
export * from './entries/onsets-frames.js';
export * from './entries/performance-rnn.js';
export * from './entries/polyphony-rnn.js';
export { TimbrelError, ERROR_CODES, type ErrorCode } from './errors/timbrel-error.js';
export type { Source } from './checkpoints/resolve-source.js';
export {
  catalogue,
  clearCheckpoints,
  fetchCheckpoint,
  listCheckpoints,
  type CatalogueEntry,
  type FetchOptions,
} from './models/checkpoints/checkpoints.js';
export type { AudioInput } from './models/audio-argument.js';
export {
  DEFAULT_ENVELOPE,
  TimbreInstrument,
  type ExchangeOptions,
  type InstrumentOptions,
} from './instruments/timbre-instrument.js';
export type { AudioContextLike, AudioNodeLike, SoundListener } from './instruments/context.js';
export type { ContextOutputOptions } from './instruments/context-output.js';
export type { VelocityResponse } from './instruments/velocity.js';
export type { AudioOutput, OpenAudio, OutputLevels, StartOptions } from './instruments/audio-output.js';
export type { LiveModel, NotePool, TimbreDescription, TimbreModel } from './instruments/timbre-model.js';
export { TapTempo } from './midi/clock.js';
export { DrumKit } from './instruments/drum-kit.js';
export { Microphone, type MicrophoneListener } from './instruments/live-microphone.js';
export { renderOffline, type OfflineOptions, type OfflinePart } from './instruments/offline.js';
export { PlainKeys } from './instruments/plain-keys.js';
export {
  SequencePlayer,
  type Follower,
  type NoteTarget,
  type PlayOptions,
  type PlayedNote,
} from './instruments/sequence-player.js';
export { SoundFontPlayer } from './instruments/sound-font-player.js';
export type { SoundFontSource } from './instruments/sound-font.js';
export { Metronome, type MetronomeOptions } from './instruments/metronome.js';
export { Recorder, type RecorderOptions } from './instruments/recorder.js';
export { MIDIPlayer, type MIDIPlayerOptions } from './instruments/midi-player.js';
export { listMidiOutputs, type MidiOutputPort, type MidiSender } from './midi/outputs.js';
export type { FileBytes } from './bytes/given-file.js';
export { decodeWav, encodeWav, type WavAudio, type WavFormat } from './audio/wav.js';
export { WavRecorder, type WavRecorderOptions } from './instruments/wav-recorder.js';
export {
  AudioStateEvent,
  BackendEvent,
  InstrumentErrorEvent,
  KeyEvent,
  KeysUpEvent,
  LoadingEvent,
  MeterEvent,
  LiveEvent,
  NetworkEvent,
  RenderEvent,
  InstrumentSettingEvent,
  type InstrumentEventMap,
  type InstrumentSetting,
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
export type { Backend, ModelLoadOptions, WeightPrecision } from './models/load-options.js';
export type { LoadProgress } from './checkpoints/checkpoint-source.js';
export type { NamedTimbre } from './checkpoints/timbres.js';
export type { StoredCheckpoint } from './checkpoints/downloads/stored-checkpoint.js';
export type { Note, NoteSequence } from './music/note-sequence.js';
export type { Envelope } from './messages/voice-processor.js';
