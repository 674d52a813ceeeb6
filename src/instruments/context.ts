/**
 * The one seam between us and whose AudioContext it is. The engine runs on native nodes only;
 * contexts of standardized-audio-context (and so Tone's `rawContext`) wrap a native one, which we
 * unwrap. Why not their AudioWorkletNode: docs/decisions (it allocates in every quantum and throws
 * for contexts that come from another copy of the package).
 */
import { TimbrelError } from '../errors/timbrel-error.js';

/** Anything that is, or wraps, an AudioContext or OfflineAudioContext. */
export type AudioContextLike =
  BaseAudioContext | { readonly sampleRate: number; readonly currentTime: number };

/** Anything that is, or wraps, an AudioNode. */
export type AudioNodeLike = AudioNode | AudioParam | object;

/** Private fields of standardized-audio-context 25; their absence is a coded error, tested with two copies of it. */
interface Wrapper {
  readonly _nativeContext?: unknown;
  readonly _nativeAudioNode?: unknown;
  /** Tone's own Context around a standardized one. */
  readonly rawContext?: unknown;
  /** Tone's nodes. */
  readonly input?: unknown;
}

const isNativeContext = (value: unknown): value is BaseAudioContext =>
  typeof BaseAudioContext === 'function' && value instanceof BaseAudioContext;

/**
 * @returns the native context inside `context`
 * @throws AUDIO_CONTEXT_UNSUPPORTED when there is none, INSECURE_CONTEXT where AudioWorklet is withheld,
 *   AUDIO_CONTEXT_CLOSED for a closed one
 */
export function nativeContext(context: AudioContextLike): BaseAudioContext {
  const wrapper = context as Wrapper;
  const native = [
    wrapper,
    wrapper._nativeContext,
    (wrapper.rawContext as Wrapper | undefined)?._nativeContext,
    wrapper.rawContext,
  ].find(isNativeContext);
  if (!native) {
    throw new TimbrelError(
      'AUDIO_CONTEXT_UNSUPPORTED',
      `The given context (${Object.prototype.toString.call(context)}) is neither native nor one of ` +
        'standardized-audio-context 25 or Tone 15; pass a native AudioContext',
    );
  }
  if (native.state === 'closed') {
    throw new TimbrelError(
      'AUDIO_CONTEXT_CLOSED',
      'The AudioContext is closed; a closed one cannot be opened again, make a new one',
    );
  }
  if (!native.audioWorklet) throwWorkletMissing();
  return native;
}

/** The native node (or parameter) to connect to inside `node`. */
export function nativeNode(node: AudioNodeLike): AudioNode | AudioParam {
  const wrapper = node as Wrapper;
  const input = wrapper.input as Wrapper | undefined;
  const candidates: unknown[] = [node, wrapper._nativeAudioNode, input, input?._nativeAudioNode];
  for (const candidate of candidates) {
    if (candidate instanceof AudioNode || candidate instanceof AudioParam) return candidate;
  }
  throw new TimbrelError(
    'AUDIO_CONTEXT_UNSUPPORTED',
    'The given node is neither native nor one of standardized-audio-context 25 or Tone 15; pass a native AudioNode',
  );
}

/** The members of a wrapped context and its nodes that keep a way open. */
interface WakefulNode {
  readonly context?: { createConstantSource?(): WakefulSource };
  readonly input?: unknown;
}

interface WakefulSource {
  readonly offset: { value: number };
  connect(destination: unknown): unknown;
  start(): void;
  stop(): void;
}

/**
 * standardized-audio-context connects its native nodes only while one of its own sources plays into them, and does not see ours.
 * A silent source of its own keeps the way open. Does nothing for native nodes.
 * @returns ends the source
 */
export function keepAwake(node: AudioNodeLike): () => void {
  if (node instanceof AudioNode || node instanceof AudioParam) return () => {};
  const wrapped = (isWrapped(node) ? node : (node as WakefulNode).input) as WakefulNode | undefined;
  const source = wrapped?.context?.createConstantSource?.();
  if (!source) return () => {};
  source.offset.value = 0;
  source.connect(wrapped);
  source.start();
  return () => source.stop();
}

const isWrapped = (node: object) => (node as Wrapper)._nativeAudioNode !== undefined;

/**
 * Asks the browser for the sound output and returns at once. Chromium else asks when the first AudioContext is made, and the
 * page waits for the answer (40 to 200 ms, whether it computes or not) in the very task of the first key. Nothing is played,
 * and no permission is asked for; browsers that know no such output say so, and nothing is lost.
 */
export function prepareOutput(): void {
  if (prepared || typeof Audio !== 'function' || !('setSinkId' in HTMLMediaElement.prototype)) return;
  prepared = true;
  void new Audio().setSinkId('default').catch(() => {});
}
let prepared = false;

/** @throws AUDIO_CONTEXT_UNSUPPORTED outside of a browser, and in one that has none */
export function checkWebAudio(): void {
  if (typeof AudioContext === 'function') return;
  throw new TimbrelError(
    'AUDIO_CONTEXT_UNSUPPORTED',
    'There is no Web Audio here: instruments and players need a browser. In Node, `writeMidi` makes MIDI files of sequences, and ' +
      '`encodeWav` WAV files of what models render',
  );
}

/**
 * Makes the default context. Call it in a user gesture, or it will be suspended until one.
 * @throws INSECURE_CONTEXT, AUDIO_CONTEXT_UNSUPPORTED
 */
export function createAudioContext(): AudioContext {
  checkWebAudio();
  const context = new AudioContext({ latencyHint: 'interactive' });
  if (!context.audioWorklet) {
    void context.close();
    throwWorkletMissing();
  }
  return context;
}

function throwWorkletMissing(): never {
  if (typeof isSecureContext === 'boolean' && !isSecureContext) {
    throw new TimbrelError(
      'INSECURE_CONTEXT',
      `AudioWorklet needs a secure page, and ${location.origin} is not one: serve it by HTTPS or from localhost`,
    );
  }
  throw new TimbrelError('AUDIO_CONTEXT_UNSUPPORTED', 'This browser has no AudioWorklet');
}

/** A context that will run does so by then, ms: Firefox takes more than a second where the machine is busy. */
const PATIENCE = 2500;

/** In which browsers let sound begin. A touch lets it with its end, not with its beginning. */
const GESTURES = ['pointerdown', 'pointerup', 'touchend', 'click', 'keydown', 'keyup'] as const;

/** Tells whether what is played now in a context waits until the context runs. One that renders offline is no such. */
export const isAsleep = (context: BaseAudioContext): boolean =>
  typeof AudioContext === 'function' && context instanceof AudioContext && context.state !== 'running';

/**
 * Starts a suspended context. While it waits, every gesture asks the browser again: the finger whose touch asked first has to be
 * lifted before browsers let sound begin.
 * @throws AUDIO_CONTEXT_SUSPENDED when it does not run in time, in which no finger is down: browsers wait for a gesture, and Firefox
 *   for a sound output, without ever rejecting
 */
export async function resumeContext(context: BaseAudioContext): Promise<void> {
  if (context.state === 'closed')
    throw new TimbrelError('AUDIO_CONTEXT_CLOSED', 'The AudioContext is closed; make a new one');
  if (!(context instanceof AudioContext) || context.state === 'running') return;
  const ended = new AbortController();
  try {
    await new Promise<void>((resolve) => {
      whenUntouched(PATIENCE, resolve, ended.signal);
      // Some refuse at once, and are resumed when the call is over or the screen is unlocked.
      const ask = () => void context.resume().then(resolve, () => {});
      for (const type of GESTURES)
        window.addEventListener(type, ask, { signal: ended.signal, capture: true, passive: true });
      ask();
    });
  } finally {
    ended.abort();
  }
  if ((context.state as AudioContextState) !== 'running') {
    throw new TimbrelError(
      'AUDIO_CONTEXT_SUSPENDED',
      `The AudioContext is still ${context.state} after ${PATIENCE} ms: browsers start sound only in answer to a ` +
        'click, touch or key, and Firefox only where there is a sound output: connect one, or choose another in the system',
    );
  }
}

/** Calls `done` after so many ms in which no finger was on the screen. */
function whenUntouched(ms: number, done: () => void, signal: AbortSignal): void {
  const fingers = new Set<number>();
  let timer = setTimeout(done, ms);
  const count = ({ type, pointerId, pointerType }: PointerEvent) => {
    if (pointerType === 'mouse') return;
    if (type === 'pointerdown') fingers.add(pointerId);
    else fingers.delete(pointerId);
    clearTimeout(timer);
    if (fingers.size === 0) timer = setTimeout(done, ms);
  };
  for (const type of ['pointerdown', 'pointerup', 'pointercancel'] as const)
    window.addEventListener(type, count, { signal, capture: true, passive: true });
  // The event in which this is called has passed the window on its way down, and comes back.
  window.addEventListener('pointerdown', count, { signal, passive: true });
  signal.addEventListener('abort', () => clearTimeout(timer));
}

/** Hears what becomes of the sound of whatever plays in a context. */
export interface SoundListener {
  changed(running: boolean): void;
  /** Could not be brought back. */
  failed(error: TimbrelError): void;
}

export interface ContextListener extends SoundListener {
  /** The context was made here: any gesture on the page brings it back. One that the page made, only our own notes and gestures. */
  readonly everywhere: boolean;
}

/**
 * Hears what becomes of a context that was started, and brings it back. One that ran may stop at any time: a phone call, a
 * locked screen, an assistant that listens ('interrupted' in Safari), an output that is unplugged.
 */
export class ContextKeeper {
  private resuming: Promise<void> | undefined;
  private gestures: AbortController | undefined;
  private readonly ended = new AbortController();

  constructor(
    private readonly context: BaseAudioContext,
    private readonly listener: ContextListener,
  ) {
    context.addEventListener('statechange', () => this.onChange(), { signal: this.ended.signal });
  }

  /** Brings the context back, if it can be. @throws AUDIO_CONTEXT_SUSPENDED, AUDIO_CONTEXT_CLOSED */
  resume(): Promise<void> {
    const { context } = this;
    // Each time: this call may stand in a gesture, and the one that is waited for did not.
    if (context instanceof AudioContext && context.state !== 'running' && context.state !== 'closed')
      void context.resume().catch(() => {});
    return (this.resuming ??= resumeContext(context).finally(() => {
      this.resuming = undefined;
      if (isAsleep(context) && context.state !== 'closed' && this.listener.everywhere) this.awaitGesture();
    }));
  }

  /** Resumes as {@link resume} does, for a note: does nothing while the context runs, and waits for nothing. */
  wake(): void {
    if (this.context.state === 'running') return;
    this.resume().catch((error: TimbrelError) => this.listener.failed(error));
  }

  close(): void {
    this.ended.abort();
    this.gestures?.abort();
  }

  private onChange(): void {
    const { state } = this.context;
    this.gestures?.abort();
    if (state !== 'running' && state !== 'closed' && this.listener.everywhere) this.awaitGesture();
    this.listener.changed(state === 'running');
  }

  /** Nobody asks for sound at that moment: a gesture that does not help is no failure. */
  private awaitGesture(): void {
    this.gestures?.abort();
    if (this.ended.signal.aborted) return;
    const { signal } = (this.gestures = new AbortController());
    const resume = () => void this.resume().catch(() => {});
    for (const type of GESTURES) window.addEventListener(type, resume, { signal, capture: true });
    // Back from the lock screen or another program.
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && resume(), {
      signal,
    });
  }
}
