/**
 * The one error class of the project. Every code has a section in docs/errors.md that says what
 * happened, the likely cause and what to do; a test keeps this list and that page in step.
 */
export const ERROR_CODES = [
  'ABC_INVALID',
  'ABORTED',
  'AUDIO_CONTEXT_CLOSED',
  'AUDIO_CONTEXT_SUSPENDED',
  'AUDIO_CONTEXT_UNSUPPORTED',
  'AUDIO_FORMAT',
  'AUDIO_INVALID',
  'BACKEND_UNAVAILABLE',
  'CHECKPOINT_AMBIGUOUS',
  'CHECKPOINT_DAMAGED',
  'CHECKPOINT_FORMAT',
  'CHECKPOINT_MISSING',
  'CHECKPOINT_NAN',
  'CHECKPOINT_OTHER_MODEL',
  'CHECKPOINT_SHAPE',
  'CHECKPOINT_TENSOR_MISSING',
  'CHECKPOINT_TRUNCATED',
  'CHECKPOINT_UNKNOWN',
  'CHECKPOINT_UNREACHABLE',
  'CHORDS_COINCIDE',
  'CHORD_SYMBOL_UNKNOWN',
  'CHORD_UNENCODABLE',
  'CONFIGURATION_UNKNOWN',
  'CONTROL_INVALID',
  'DATASET_EMPTY',
  'DISPOSED',
  'EMBEDDING_INVALID',
  'EVENT_INVALID',
  'FILE_FAILED',
  'FILE_UNEXPECTED',
  'GENERATION_STALLED',
  'GPU_LOST',
  'GPU_UNAVAILABLE',
  'GPU_WRONG_RESULT',
  'INSECURE_CONTEXT',
  'INTERNAL',
  'LATENT_INVALID',
  'MELODY_POLYPHONIC',
  'METER_CHANGES',
  'METER_INVALID',
  'MICROPHONE_DENIED',
  'MICROPHONE_LOST',
  'MICROPHONE_UNAVAILABLE',
  'MIDI_DENIED',
  'MIDI_FILE_INVALID',
  'MIDI_UNSUPPORTED',
  'MUSIC_XML_INVALID',
  'NOTES_MISSING',
  'NOTE_SEQUENCE_INVALID',
  'OPTIONS_CHANGED',
  'OPTION_INVALID',
  'PATCH_INVALID',
  'PITCH_RANGE',
  'PRIMER_EMPTY',
  'PROGRAMS_MIXED',
  'SCRIPT_LOADED_TWICE',
  'SEQUENCE_NOT_QUANTIZED',
  'SEQUENCE_QUANTIZED',
  'SEQUENCE_TOO_LONG',
  'SHARES_INVALID',
  'SOUND_FONT_INVALID',
  'SOUND_FONT_UNREACHABLE',
  'SPECTROGRAM_SHAPE',
  'STORAGE_FAILED',
  'STORAGE_FULL',
  'STREAMING_UNSUPPORTED',
  'TEMPO_CHANGES',
  'TFRECORD_INVALID',
  'TIMBRE_UNKNOWN',
  'USAGE',
  'VELOCITY_RANGE',
  'WASM_UNAVAILABLE',
  'WORKER_FAILED',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** A failure with a stable `code`, as it also crosses threads (see `serializeError`). */
export class TimbrelError extends Error {
  // The name of the class itself, which minifying would shorten.
  static {
    Object.defineProperty(this, 'name', { value: 'TimbrelError' });
  }
  override readonly name = 'TimbrelError';
  readonly code: ErrorCode;

  /**
   * @param code one of {@link ERROR_CODES}
   * @param message what happened, where, the offending value, and what to do about it
   */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(`${message} [${code}]`, options);
    this.code = code;
  }
}

/** The form in which an error crosses a thread: structured clone drops `code` from Error subclasses. */
export interface SerializedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly stack?: string;
}

export function serializeError(error: unknown): SerializedError {
  if (error instanceof TimbrelError) {
    return { code: error.code, message: error.message, stack: error.stack };
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return { code: 'ABORTED', message: error.message, stack: error.stack };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INTERNAL', message, stack: error instanceof Error ? error.stack : undefined };
}

/** The message as it was given: the code stands at its end. */
export function withoutCode({ message, code }: Pick<SerializedError, 'message' | 'code'>): string {
  const suffix = ` [${code}]`;
  return message.endsWith(suffix) ? message.slice(0, -suffix.length) : message;
}

export function deserializeError(serialized: SerializedError): TimbrelError {
  const error = new TimbrelError(serialized.code, withoutCode(serialized));
  if (serialized.stack) error.stack = serialized.stack;
  return error;
}

/** Throws ABORTED when the signal is aborted; `what` names the work that was given up. */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw new TimbrelError('ABORTED', `${what} was aborted`, { cause: signal.reason });
}
