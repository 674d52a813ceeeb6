/** Playing on the computer's keyboard: letters are keys, Z and X move by octaves. */
import { COMPUTER_KEYS } from './layout.js';
import { TypingFocus, isLetter } from './typing-focus.js';

/** `KeyboardEvent.code` -> what is printed on that key, on a keyboard of the United States. */
export const LETTERS: ReadonlyMap<string, string> = new Map(
  [...COMPUTER_KEYS.keys(), 'KeyZ', 'KeyX']
    // The two keys right of L bear different signs in every country.
    .filter((code) => code.startsWith('Key'))
    .map((code) => [code, code.slice(3)]),
);

/** Chromium's Keyboard API, https://wicg.github.io/keyboard-map/ */
interface KeyboardLayoutNavigator {
  readonly keyboard?: { getLayoutMap?(): Promise<ReadonlyMap<string, string>> };
}

/** The letters of {@link LETTERS}, for the reader's own keyboard where the browser tells. */
export async function printedLetters(): Promise<ReadonlyMap<string, string>> {
  try {
    const layout = await (navigator as KeyboardLayoutNavigator).keyboard?.getLayoutMap?.();
    if (!layout?.get('KeyA')) return LETTERS;
    return new Map([...LETTERS].map(([code, letter]) => [code, (layout.get(code) ?? letter).toUpperCase()]));
  } catch {
    // Not told within a frame.
    return LETTERS;
  }
}

export interface ComputerKeyboardListener {
  /** It takes letters. */
  listens(): boolean;
  /** @param code `KeyboardEvent.code`, the name of what holds the note */
  keyDown(code: string, semitones: number): void;
  keyUp(code: string): void;
  /** The keys that are down will not be told as let go: macOS sends no keyup while Command is down. */
  forget(): void;
  /** @param octaves -1 or 1 */
  shift(octaves: number): void;
  /** The page lost the keyboard: whatever was held will not be let go any more. */
  lost(): void;
  /** Letters play this one from now on, or no more. */
  chosen(has: boolean): void;
}

interface Player {
  readonly keyboard: Element;
  readonly listener: ComputerKeyboardListener;
}

/** The keyboards on the page, the one used last first: letters play that one. */
const players: Player[] = [];
const typing = new TypingFocus();
let listening = new AbortController();

/** Listens on the page until `signal` is aborted. */
export function listenToComputerKeyboard(
  keyboard: Element,
  listener: ComputerKeyboardListener,
  signal: AbortSignal,
): void {
  const player = { keyboard, listener };
  if (players.length === 0) listen();
  players.push(player);
  tellChosen();
  signal.addEventListener('abort', () => {
    players.splice(players.indexOf(player), 1);
    if (players.length === 0) listening.abort();
    listener.chosen(false);
    tellChosen();
  });
  const onVisibility = () => {
    if (document.visibilityState === 'hidden') listener.lost();
  };
  // Without conditions: a key that sounds is let go, whatever has the focus by then.
  window.addEventListener('keyup', (event) => listener.keyUp(event.code), { signal });
  for (const type of ['keydown', 'keyup'] as const) {
    const onCommand = (event: KeyboardEvent) => isCommand(event) && listener.forget();
    window.addEventListener(type, onCommand, { signal, capture: true });
  }
  window.addEventListener('blur', () => listener.lost(), { signal });
  document.addEventListener('visibilitychange', onVisibility, { signal });
}

/** Tells whether Command (Meta, the Windows key) is down, or moves. */
function isCommand({ metaKey, key, code }: KeyboardEvent): boolean {
  return metaKey || key === 'Meta' || code.startsWith('Meta') || code.startsWith('OS');
}

/** The one that letters play. One that was taken away listens until it is known that it stays away; letters are for the others meanwhile. */
const chosen = () => players.find(({ keyboard, listener }) => keyboard.isConnected && listener.listens());

/** Tells each keyboard whether letters play it. Call it when one begins or ceases to take letters. */
export function tellChosen(): void {
  const first = chosen();
  for (const player of players) player.listener.chosen(player === first);
}

function listen(): void {
  listening = new AbortController();
  const { signal } = listening;
  window.addEventListener('keydown', onKeyDown, { signal });
  typing.listen(signal);
  for (const type of ['pointerdown', 'focusin'] as const)
    window.addEventListener(type, (event) => usedAt(event.composedPath()), { signal, capture: true });
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.repeat || event.defaultPrevented || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey || typing.takes(event)) return;
  const listener = chosen()?.listener;
  if (!listener) return;
  // A select would look for an entry that begins with the letter, also with one that plays nothing.
  if (event.composedPath()[0] instanceof HTMLSelectElement && isLetter(event)) event.preventDefault();
  const semitones = COMPUTER_KEYS.get(event.code);
  if (semitones !== undefined) listener.keyDown(event.code, semitones);
  else if (event.code === 'KeyZ') listener.shift(-1);
  else if (event.code === 'KeyX') listener.shift(1);
  else return;
  // Or Firefox begins a search on a quote.
  event.preventDefault();
}

/**
 * Something on the path was used: letters now play the keyboard that is nearest to it, which is the one inside the same
 * element. Where several are equally near, in a page that is one element as a whole, it stays as it was.
 */
function usedAt(path: readonly EventTarget[]): void {
  const distances = players.map(({ keyboard }) =>
    Math.min(
      ...withHosts(keyboard).map((element) => (path.includes(element) ? path.indexOf(element) : Infinity)),
    ),
  );
  const nearest = Math.min(...distances);
  if (nearest === Infinity) return;
  players.unshift(...players.splice(distances.indexOf(nearest), 1));
  tellChosen();
}

/** An element, the one whose shadow tree it stands in, and so on. */
function withHosts(element: Element): Element[] {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? [element, ...withHosts(root.host)] : [element];
}
