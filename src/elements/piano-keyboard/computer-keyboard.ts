/** Playing on the computer's keyboard: letters are keys, Z and X move by octaves. */
import { COMPUTER_KEYS } from './layout.js';

/** Input types that take no letters. */
const LETTERLESS = new Set([
  'button',
  'checkbox',
  'color',
  'file',
  'image',
  'radio',
  'range',
  'reset',
  'submit',
]);

/** Whether letters typed now are meant for a field, not for music. */
function isTyping(event: KeyboardEvent): boolean {
  // The first of the path, since the target of an event from within a shadow tree is its host.
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !LETTERLESS.has(target.type);
  return (
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    target.isContentEditable ||
    target.role === 'textbox' ||
    target.role === 'combobox'
  );
}

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

/** As {@link LETTERS}, for the reader's own keyboard where the browser tells. */
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
  /** @param code `KeyboardEvent.code`, the name of what holds the note */
  keyDown(code: string, semitones: number): void;
  keyUp(code: string): void;
  /** @param octaves -1 or 1 */
  shift(octaves: number): void;
  /** The page lost the keyboard: whatever was held will not be let go any more. */
  lost(): void;
}

/** Listens on the page until `signal` is aborted. */
export function listenToComputerKeyboard(listener: ComputerKeyboardListener, signal: AbortSignal): void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.repeat || event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const semitones = COMPUTER_KEYS.get(event.code);
    if (semitones !== undefined) listener.keyDown(event.code, semitones);
    else if (event.code === 'KeyZ') listener.shift(-1);
    else if (event.code === 'KeyX') listener.shift(1);
    else return;
    // Or Firefox begins a search on a quote.
    event.preventDefault();
  };
  const onVisibility = () => {
    if (document.visibilityState === 'hidden') listener.lost();
  };
  window.addEventListener('keydown', onKeyDown, { signal });
  // Without conditions: a key that sounds is let go, whatever has the focus by then.
  window.addEventListener('keyup', (event) => listener.keyUp(event.code), { signal });
  window.addEventListener('blur', () => listener.lost(), { signal });
  document.addEventListener('visibilitychange', onVisibility, { signal });
}
