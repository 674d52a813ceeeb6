/** The places where an element's notes sound: an instrument of the page, the drum kit, a MIDI output. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { AudioContextLike, AudioNodeLike, SoundListener } from '../../instruments/context.js';
import { DrumKit } from '../../instruments/drum-kit.js';
import { PlainKeys } from '../../instruments/plain-keys.js';
import type { NoteTarget, PlayedNote } from '../../instruments/sequence-player.js';
import { DRUM_CHANNEL } from '../../music/midi-meaning.js';
import { MidiOutputTarget, midiClock, openMidiOutput } from '../../midi/outputs.js';

export interface NoteDestination {
  /** Times of notes are counted on this clock. */
  readonly clock: { readonly currentTime: number };
  /** The context whose clock that is; a MIDI output has none. */
  readonly context?: BaseAudioContext;
  /** The target that plays. It is asked for again for each note: an instrument may exchange its engine. */
  readonly target: (note?: PlayedNote) => NoteTarget | undefined;
  /** Brings back sound that stopped; call it in a gesture. @throws AUDIO_CONTEXT_* */
  resume(): Promise<void>;
  dispose(): void;
}

export interface NoteDestinationOptions {
  /** Id of an element; `midi:` and the id of a port; nothing: the drum kit, or the first instrument of the page. */
  readonly instrument: string;
  /** The notes are drums; 'both' for an ensemble, whose drums play on the kit beside the instrument. */
  readonly drums: boolean | 'both';
  /** Without an instrument that is named, plain keys of our own play, not the first instrument of the page. */
  readonly plain?: boolean;
  /** The tree in which the id is looked up. */
  readonly root: Document | ShadowRoot;
  /** The context of the drum kit; an instrument has its own. */
  readonly context?: AudioContextLike;
  readonly destination?: AudioNodeLike;
  /** Hears when the sound stops and goes on, or is given up; an instrument of the page says by itself what it could not bring back. */
  readonly sound?: SoundListener;
}

/** An instrument's element, of whatever model: it starts its sound, and has an engine that takes notes. */
export interface PlayableElement extends HTMLElement {
  start(): Promise<void>;
  readonly instrument: (NoteTarget & { readonly context: BaseAudioContext | undefined }) | undefined;
}

const MIDI = 'midi:';

export const isPlayable = (element: EventTarget | null): element is PlayableElement =>
  element !== null && 'instrument' in element && typeof (element as PlayableElement).start === 'function';

/** Tells whether an event began in an element that sounds by itself: who hears it makes no sound of it. */
export const soundsByItself = (event: Event): boolean => event.composedPath().some(isPlayable);

/** Instruments that the page offers: those with an id can be named. */
export const playableElements = (root: Document | ShadowRoot): PlayableElement[] =>
  [...root.querySelectorAll('*')].filter(isPlayable);

/**
 * Makes it ready to sound. Call it in answer to a click, touch or key: nothing is waited for before the audio is started.
 * @throws OPTION_INVALID where there is no such instrument, MIDI_*, AUDIO_CONTEXT_*, INSECURE_CONTEXT
 */
export async function openNoteDestination(options: NoteDestinationOptions): Promise<NoteDestination> {
  const { instrument, drums } = options;
  // A MIDI output plays the drums of an ensemble itself.
  if (instrument.startsWith(MIDI)) return openPort(instrument.slice(MIDI.length), drums === true);
  if (instrument === '' && drums === true) return openOwn(new DrumKit(options.sound), options);
  if (instrument === '' && options.plain) return openOwn(new PlainKeys(options.sound), options);
  const element = instrumentOf(options);
  return drums === 'both' ? openEnsemble(element, options) : openInstrument(element, options.sound);
}

/** An instrument of the page with a drum kit beside it, in its context. @throws AUDIO_CONTEXT_*, INSECURE_CONTEXT */
export async function openEnsemble(
  element: PlayableElement,
  { destination, sound }: Pick<NoteDestinationOptions, 'destination' | 'sound'>,
): Promise<NoteDestination> {
  const voices = await openInstrument(element, sound);
  const kit = new DrumKit(sound);
  return besideKit(voices, await openOwn(kit, { context: element.instrument?.context, destination, sound }));
}

function instrumentOf({ instrument, root }: NoteDestinationOptions): PlayableElement {
  const element = instrument ? root.getElementById(instrument) : (playableElements(root)[0] ?? null);
  if (isPlayable(element)) return element;
  throw new TimbrelError(
    'OPTION_INVALID',
    instrument
      ? `instrument is ${JSON.stringify(instrument)}, and no instrument of the page has that id`
      : 'There is nothing to play on: put an instrument such as <gansynth-instrument> on the page, or choose a MIDI output',
  );
}

async function openInstrument(element: PlayableElement, sound?: SoundListener): Promise<NoteDestination> {
  await element.start();
  const context = element.instrument?.context;
  const ended = new AbortController();
  const tell = () => sound?.changed(context?.state === 'running');
  context?.addEventListener('statechange', tell, { signal: ended.signal });
  return {
    clock: {
      get currentTime() {
        return element.instrument?.context?.currentTime ?? 0;
      },
    },
    context,
    target: () => element.instrument,
    resume: () => element.start(),
    // The player ends its own notes; the instrument's others are not ours.
    dispose() {
      ended.abort();
      sound?.changed(true);
    },
  };
}

/** An ensemble: the pitched voices on the instrument, the drums on a kit in its context, so that both have one clock. */
const besideKit = (voices: NoteDestination, kit: NoteDestination): NoteDestination => ({
  clock: voices.clock,
  context: voices.context,
  target: (note) => (note?.isDrum ? kit : voices).target(),
  async resume() {
    await voices.resume();
    await kit.resume();
  },
  dispose() {
    voices.dispose();
    kit.dispose();
  },
});

/** A sound of our own, in a context of the page or of its own. */
async function openOwn(
  player: DrumKit | PlainKeys,
  { context, destination, sound }: Pick<NoteDestinationOptions, 'context' | 'destination' | 'sound'>,
): Promise<NoteDestination> {
  try {
    await player.start({ context, destination });
  } catch (error) {
    // The next try begins with another.
    player.dispose();
    throw error;
  }
  return {
    clock: player,
    context: player.context,
    target: () => player,
    resume: () => player.start({ context, destination }),
    dispose() {
      player.dispose();
      sound?.changed(true);
    },
  };
}

async function openPort(id: string, drums: boolean): Promise<NoteDestination> {
  const port = await openMidiOutput(id);
  const target = new MidiOutputTarget(port, drums ? DRUM_CHANNEL : 0);
  return {
    clock: midiClock,
    target: () => target,
    resume: () => Promise.resolve(),
    dispose: () => target.allNotesOff(),
  };
}
