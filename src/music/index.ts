/**
 * Music as symbols: note sequences, quantisation, melodies, drums, chords, performances and polyphony as events, files of all kinds,
 * metrics. Pure functions for any thread; nothing that is given to them is changed.
 * @module
 */
export type * from './note-sequence.js';
export {
  BEAT,
  CHORD_SYMBOL,
  DEFAULT_QPM,
  DEFAULT_STEPS_PER_QUARTER,
  DEFAULT_STEPS_PER_SECOND,
  MAJOR,
  MINOR,
  NO_CHORD,
  UNKNOWN_ANNOTATION,
} from './note-sequence.js';
export type * from './events.js';
export { NO_EVENT, NOTE_OFF } from './events.js';
export { parseNoteSequence, validateNoteSequence } from './note-sequence-json.js';
export {
  QUANTIZE_CUTOFF,
  quantizeNoteSequence,
  quantizeNoteSequenceAbsolute,
  quantizeToStep,
  unquantizeSequence,
} from './quantize.js';
export { stepsPerBar, totalSteps } from './steps.js';
export { totalSeconds } from './timed-events.js';
export type { ToSequenceOptions } from './to-sequence.js';
export {
  extractMelodies,
  extractMelody,
  melodyNotes,
  melodyToSequence,
  setMelodyLength,
  type ExtractMelodiesOptions,
  type MelodyFilter,
  type MelodyOptions,
} from './melody.js';
export { inferMelody } from './melody-inference.js';
export { majorKey, majorKeyHistogram, squashMelody, transposeMelody } from './key.js';
export {
  drumNotes,
  drumsToSequence,
  extractDrumTrack,
  extractDrumTracks,
  setDrumLength,
  type DrumOptions,
  type ExtractDrumTracksOptions,
} from './drums.js';
export {
  chordRoot,
  isNoChord,
  parseChordSymbol,
  transposeChordSymbol,
  type ChordQuality,
  type ChordTones,
} from './chord-symbol.js';
export {
  CHORD_PITCHES_SIZE,
  MAJOR_MINOR_CLASSES,
  TRIAD_CLASSES,
  chordOfClass,
  chordPitchesVector,
  majorMinorChordClass,
  triadChordClass,
} from './chord-encoding.js';
export { parseChordList } from './chord-list.js';
export {
  chordsToSequence,
  extractChords,
  extractLeadSheets,
  leadSheetToSequence,
  spreadChords,
  transposeLeadSheet,
  type ExtractLeadSheetsOptions,
} from './chords.js';
export { chordNotes, type RenderChordsOptions } from './chord-renderer.js';
export { pitchesToChordSymbol } from './name-chord.js';
export { inferKey, type InferredKey } from './key-inference.js';
export { inferChords, type ChordInferenceOptions } from './chord-inference.js';
export {
  extractPerformance,
  performanceNotes,
  performanceSteps,
  performanceToSequence,
  setPerformanceLength,
  type Performance,
  type PerformanceOptions,
  type PerformanceToSequenceOptions,
} from './performance.js';
export {
  melodyTokens,
  performanceTokens,
  tokensToSequence,
  type MelodyTokenOptions,
  type PerformanceTokenOptions,
} from './performance-tokens.js';
export {
  extractNotePerformance,
  notesOfNotePerformance,
  type NotePerformanceOptions,
} from './note-performance.js';
export { binToVelocity, velocityToBin } from './velocity.js';
export {
  extractPolyphony,
  polyphonyNotes,
  polyphonySteps,
  polyphonyToSequence,
  setPolyphonyLength,
  type Polyphony,
  type PolyphonyOptions,
} from './polyphony.js';
export { takeDrums, takeInstrument, takeMelody, takeVoices } from './primer.js';
export { SUSTAIN_PEDAL, applySustainPedal } from './sustain.js';
export { concatenateSequences } from './concatenate.js';
export {
  adjustTimes,
  expandSectionGroups,
  mergeSequences,
  removeRedundantData,
  repeatToDuration,
  shiftTimes,
  swing,
  type AdjustTimesOptions,
} from './arrange.js';
export { sequenceToPianoRoll, type SequenceToPianoRollOptions } from './piano-roll.js';
export { clipSequence, extractSubsequence, trimSequence } from './subsequence.js';
export {
  splitAtMeterAndTempoChanges,
  splitIntoChunks,
  splitOnSilence,
  splitSequence,
  type SplitOptions,
} from './split.js';
export { inferTempo } from './tempo-inference.js';
export {
  augmentSequence,
  stretchSequence,
  transposeSequence,
  type AugmentOptions,
  type TransposeOptions,
} from './transform.js';
export { mergeConsecutiveNotes, mergeInstruments, replaceInstruments } from './merge.js';
export type { Activations, TranscriptionThresholds } from './activations.js';
export { pianoRollToSequence, type PianoRollOptions } from './activations-to-sequence.js';
export { accuracy, eventMetrics, perplexity, type EventMetrics } from './event-metrics.js';
export { noteScore, type NoteScoreOptions, type Score } from './note-metrics.js';
export { frameScore, type FrameScore } from './frame-metrics.js';
export { readMidi } from './midi-reader.js';
export { writeMidi } from './midi-writer.js';
export type { FileBytes } from '../bytes/given-file.js';
export { readMusic, type MusicFile } from './read-music.js';
export { readMusicXML } from './score/music-xml.js';
export { readABCTunebook, type Tunebook } from './score/abc.js';
export { decodeNoteSequence, encodeNoteSequence } from './note-sequence-proto.js';
export {
  readNoteSequenceRecords,
  readTFRecords,
  writeNoteSequenceRecords,
  writeTFRecords,
} from './tf-record.js';
export {
  DRUM_CLASSES,
  drumClassOf,
  drumLabel,
  drumLabelNotes,
  drumLabels,
  drumRoll,
  drumsOfLabel,
  type DrumClasses,
} from './drum-classes.js';
export {
  melodyLabelNotes,
  melodyLabels,
  melodyRegister,
  melodyRhythm,
  melodyShape,
  rhythmNotes,
  shapeNotes,
  type MelodyLabelsOptions,
} from './melody-labels.js';
export { trioLabels, trioNotes, trioRhythm, trioRhythmNotes, type TrioLabels } from './trio.js';
export {
  GROOVE_WIDTH,
  grooveMatrix,
  grooveToSequence,
  joinGroove,
  splitGroove,
  type GrooveOptions,
} from './groove.js';
export { multitrackClasses, multitrackNotes, multitrackTokens, type MultitrackShape } from './multitrack.js';
export {
  drumWindows,
  grooveWindows,
  melodyWindows,
  type GrooveWindowOptions,
  type WindowOptions,
} from './windows.js';
