/** Decides whom the letters are for: a field that is typed in, or the music. A field that was used gives them back, and keeps the focus. */

/** Input types that take no letters. */
const LETTERLESS = new Set([
  'button',
  'checkbox',
  'color',
  'file',
  'image',
  'number',
  'radio',
  'range',
  'reset',
  'submit',
]);

/** Keys that say nothing of whether a field is in use. */
const NEUTRAL = new Set(['Tab', 'Shift', 'Control', 'Alt', 'Meta', 'CapsLock']);

/** Tells whether a key writes a character; the space bar, which opens a select, is none. */
export const isLetter = ({ key }: KeyboardEvent): boolean => key.length === 1 && key !== ' ';

/** The element that an event began at: its `target` is only the host where that is within a shadow tree. */
const originOf = (event: Event): HTMLElement | undefined => {
  const [origin] = event.composedPath();
  return origin instanceof HTMLElement ? origin : undefined;
};

const isTextField = (element: HTMLElement): boolean =>
  element instanceof HTMLInputElement
    ? !LETTERLESS.has(element.type)
    : element instanceof HTMLTextAreaElement ||
      element.isContentEditable ||
      element.role === 'textbox' ||
      element.role === 'combobox';

export class TypingFocus {
  /** The field with the focus gave the letters back. */
  private returned: HTMLElement | undefined;
  /** The select in which the last key was a letter, that looks an entry up. */
  private lookedUpIn: HTMLElement | undefined;

  /** Watches what is done with fields, until `signal` is aborted. */
  listen(signal: AbortSignal): void {
    const options = { signal, capture: true };
    window.addEventListener('keydown', (event) => this.onKeyDown(event), options);
    // A select is opened by it: the list has the letters to itself, and leaves none to the page.
    window.addEventListener('pointerdown', (event) => this.onPointer(originOf(event)), options);
    window.addEventListener('input', (event) => this.onInput(originOf(event)), options);
    window.addEventListener(
      'focusout',
      (event) => originOf(event) === this.returned && (this.returned = undefined),
      options,
    );
  }

  /** Tells whether a letter typed now is meant for a field. */
  takes(event: KeyboardEvent): boolean {
    const field = originOf(event);
    if (!field || field === this.returned) return false;
    return field instanceof HTMLSelectElement || isTextField(field);
  }

  private onPointer(field: HTMLElement | undefined): void {
    if (field instanceof HTMLSelectElement) this.returned = field;
    // Who points into a text wants to write there.
    else if (field === this.returned) this.returned = undefined;
  }

  /** An entry was chosen, by whatever means the device has; more letters may be on their way to one that is looked up by them. */
  private onInput(field: HTMLElement | undefined): void {
    if (field instanceof HTMLSelectElement && field !== this.lookedUpIn) this.returned = field;
  }

  private onKeyDown(event: KeyboardEvent): void {
    const field = originOf(event);
    if (!field || NEUTRAL.has(event.key)) return;
    // Who reached a select by Tab may look an entry up by its letters, until another key chose one or opened the list.
    this.lookedUpIn = isLetter(event) ? field : undefined;
    if (field instanceof HTMLSelectElement) this.returned = isLetter(event) ? this.returned : field;
    // Enter says that a line is as it should be; an arrow or Backspace goes on writing it.
    else if (isTextField(field) && !isLetter(event))
      this.returned = event.key === 'Enter' && field instanceof HTMLInputElement ? field : undefined;
  }
}
