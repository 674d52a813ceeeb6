import { LitElement, html, nothing, svg, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { showPoint } from '../internal/point.js';
import { defineElement } from '../internal/define.js';
import { leaveUnlessMoved } from '../internal/leave-unless-moved.js';
import { NoteOffEvent, NoteOnEvent } from '../note-events.js';
import { theme } from '../internal/theme.js';
import { LETTERS, listenToComputerKeyboard, printedLetters, tellChosen } from './computer-keyboard.js';
import { Fingers } from './fingers.js';
import { HeldKeys } from './held-keys.js';
import { COMPUTER_KEYS, COMPUTER_ROWS, layOut, noteName, spokenName, type PianoKey } from './layout.js';
import { styles } from './piano-keyboard.styles.js';

// For the types of events, in `addEventListener` and by name.
export type * from '../note-events.js';

const MAX_PITCH = 127;
/** A key that was clicked by assistive technology, which says nothing of letting go, sounds so long, ms. */
const CLICK_LENGTH = 500;
/** Name of the key with the focus, which Enter and Space hold. */
const FOCUSED = 'focus';

/** The hint while letters play another keyboard. */
const OTHER = html`<p>The letters play another keyboard. Press a key here, and they play this one.</p>`;

const CHEVRON = svg`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M6 3.5 10.5 8 6 12.5" /></svg>`;

const toPitch = (value: number, fallback: number) =>
  Number.isFinite(value) ? Math.min(MAX_PITCH, Math.max(0, Math.round(value))) : fallback;

/**
 * A piano keyboard for fingers, mouse, computer keyboard and assistive technology. It makes no sound: it says which
 * keys are played, and shows the keys that are played elsewhere.
 *
 * @summary A piano keyboard for touch, mouse and computer keyboard.
 * @tagname piano-keyboard
 *
 * @fires {NoteOnEvent} note-on - A key went down: `pitch` 0-127, `velocity` 1-127.
 * @fires {NoteOffEvent} note-off - A key was let go: `pitch`.
 *
 * @csspart base - Keys and bar.
 * @csspart keys - All keys.
 * @csspart key - One key; also `white` or `black`, and `pressed`.
 * @csspart name - The note name on a C.
 * @csspart bar - The line below the keys.
 * @csspart octave-button - Scrolls by an octave, where the keys do not fit.
 *
 * @cssproperty [--piano-keyboard-height=clamp(148px, 22vmin, 180px)] - Length of the white keys.
 * @cssproperty [--piano-keyboard-key-width=30px] - Least width of a white key; below it the keyboard scrolls.
 * @cssproperty --piano-keyboard-white - Colour of the white keys.
 * @cssproperty --piano-keyboard-white-ink - Colour of what stands on them.
 * @cssproperty --piano-keyboard-black - Colour of the black keys.
 * @cssproperty --piano-keyboard-black-ink - Colour of what stands on them.
 * @cssproperty --piano-keyboard-pressed - Colour of a pressed white key; on an instrument that of the timbre, unless it is set.
 * @cssproperty --piano-keyboard-pressed-black - Colour of a pressed black key; likewise.
 * @cssproperty --piano-keyboard-pressed-ink - Colour of what stands on a pressed white key.
 * @cssproperty --piano-keyboard-pressed-black-ink - Colour of what stands on a pressed black key.
 * @cssproperty --piano-keyboard-gap - Colour between the keys.
 */
export class PianoKeyboard extends LitElement {
  static override styles = [theme, styles];

  /** Lowest pitch shown, 0-127. */
  @property({ type: Number, reflect: true }) first = 48;
  /** Highest pitch shown, 0-127. */
  @property({ type: Number, reflect: true }) last = 72;
  /** Pitch of the computer keyboard's A; Z and X move it by octaves, as far as there are keys. */
  @property({ type: Number, attribute: 'base-pitch', reflect: true }) basePitch = 60;
  /** 'page': letters play wherever the focus is, except in a text field. 'none': they do not. */
  @property({ attribute: 'computer-keyboard', reflect: true }) computerKeyboard: 'page' | 'none' = 'page';
  /** Velocity of the computer keyboard, 1-127. */
  @property({ type: Number, reflect: true }) velocity = 100;
  /** The name of the keyboard for assistive technology. */
  @property({ reflect: true }) label = 'Piano keyboard';

  @state() private focusedPitch = 60;
  @state() private letters = LETTERS;
  /** Played by a finger last: who reads on a phone that letters play looks for keys in vain. */
  @state() private touched = false;
  /** Letters play this one, of all keyboards on the page. */
  @state() private chosen = true;
  @state() private overflows = false;
  @state() private scrolledTo: 'start' | 'middle' | 'end' = 'middle';

  @query('.keys') private readonly keysElement!: HTMLElement;
  @query('.scroller') private readonly scroller!: HTMLElement;

  private readonly held = new HeldKeys({
    keyDown: (pitch, velocity, note) => this.say(new NoteOnEvent(pitch, velocity, { note })),
    keyUp: (pitch, note) => this.say(new NoteOffEvent(pitch, note)),
  });
  /** Pitches that are played elsewhere, with the numbers of their notes. */
  private readonly shown = new Map<number, Set<number | undefined>>();
  private fingers: Fingers | undefined;
  private keys: readonly PianoKey[] = [];
  private whites = 0;
  /** The point of a pad, which keys that are pressed have as `--_x` and `--_y`. */
  private point: readonly [x: number, y: number] | undefined;
  /** The keys that have their places. */
  private placed: readonly PianoKey[] | undefined;
  private connection: AbortController | undefined;
  private resizeObserver: ResizeObserver | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.connection) {
      tellChosen();
      return this.fingers?.recapture();
    }
    this.connection = new AbortController();
    const { signal } = this.connection;
    listenToComputerKeyboard(
      this,
      {
        listens: () => this.computerKeyboard !== 'none',
        keyDown: (code, semitones) => this.onComputerKey(code, semitones),
        keyUp: (code) => this.held.letGoOf(code),
        forget: () => this.forgetTyped(),
        shift: (octaves) => this.shiftOctave(octaves),
        lost: () => this.letGo(),
        chosen: (has) => (this.chosen = has),
      },
      signal,
    );
    // On the window: a finger that was taken from the keys comes up elsewhere.
    for (const type of ['pointerup', 'pointercancel'] as const)
      window.addEventListener(type, (event) => this.fingers?.up(event), { signal, capture: true });
    void printedLetters().then((letters) => (this.letters = letters));
    this.resizeObserver = new ResizeObserver(() => this.measure());
    if (this.hasUpdated) this.resizeObserver.observe(this.scroller);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    leaveUnlessMoved(this, () => this.leave());
  }

  /**
   * Shows a key as pressed that is played elsewhere; no event is fired.
   * @param pitch MIDI pitch
   * @param note number of the note, where several may hold one pitch
   */
  press(pitch: number, note?: number): void {
    this.shown.set(pitch, (this.shown.get(pitch) ?? new Set()).add(note));
    this.requestUpdate();
  }

  /** Ends what {@link press} began: the key comes up when the last of its notes has ended. */
  release(pitch: number, note?: number): void {
    const notes = this.shown.get(pitch);
    notes?.delete(note);
    if (notes?.size === 0) this.shown.delete(pitch);
    this.requestUpdate();
  }

  /** Lets go of every key that is held here, each with its `note-off`, and clears what {@link press} showed. */
  releaseAll(): void {
    this.shown.clear();
    this.letGo();
  }

  /** Gives the pressed keys the colour of a point on a morph pad. @param x 0 to 1 from the left @param y 0 to 1 from the top */
  placePoint(x: number, y: number): void {
    this.point = [x, y];
    this.showPoint();
  }

  private showPoint(): void {
    if (!this.point || !this.hasUpdated) return;
    showPoint(this.keysElement.querySelectorAll<HTMLElement>('.pressed'), ...this.point);
  }

  private leave(): void {
    this.connection?.abort();
    this.connection = undefined;
    this.resizeObserver?.disconnect();
    this.letGo();
  }

  /** Lets go of all that keys of the computer hold; fingers play on. */
  private forgetTyped(): void {
    for (const code of [...COMPUTER_KEYS.keys(), FOCUSED]) this.held.letGoOf(code);
  }

  private letGo(): void {
    this.fingers?.forget();
    this.held.letGoOfAll();
    this.requestUpdate();
  }

  private say(event: NoteOnEvent | NoteOffEvent): void {
    this.dispatchEvent(event);
    this.requestUpdate();
  }

  /** Letters of the computer keyboard play this one, of all on the page. */
  get hasLetters(): boolean {
    return this.computerKeyboard !== 'none' && this.chosen;
  }

  /** Pitches that are down, here or elsewhere, in rising order. */
  get pressed(): number[] {
    return [...new Set([...this.held.pitches, ...this.shown.keys()])].sort((a, b) => a - b);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('first') || changed.has('last') || !this.whites) {
      const [first, last] = [toPitch(this.first, 48), toPitch(this.last, 72)];
      ({ keys: this.keys, whites: this.whites } = layOut(Math.min(first, last), Math.max(first, last)));
    }
    const [lowest, highest] = this.range;
    // One key must be reachable by Tab, whichever keys there are.
    this.focusedPitch = Math.min(highest, Math.max(lowest, this.focusedPitch));
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('computerKeyboard') && this.connection) tellChosen();
    if (this.placed !== this.keys) this.place();
    this.showPoint();
  }

  /** Not in style attributes: a strict content security policy forbids those. */
  private place(): void {
    this.placed = this.keys;
    this.keysElement.style.setProperty('--_whites', String(this.whites));
    this.keysElement.querySelectorAll<HTMLElement>('.key').forEach((element, i) => {
      element.style.setProperty('--_left', String(this.keys[i].left));
    });
  }

  protected override firstUpdated(): void {
    // First: there is nothing to scroll before.
    this.place();
    this.fingers = new Fingers(this.keysElement, this.held);
    // Its first report comes with the page's own layout: to measure here would force one more.
    this.resizeObserver?.observe(this.scroller);
  }

  protected override render() {
    const typed = this.computerKeyboard !== 'none';
    const flags = { overflows: this.overflows, typed, touched: this.touched };
    const classes = Object.entries(flags).filter(([, set]) => set);
    return html`
      <div part="base" class="base ${classes.map(([name]) => name).join(' ')}">
        <div class="scroller" @scroll=${this.measure}>
          <div
            part="keys"
            class="keys"
            role="group"
            aria-label=${this.label}
            @pointerdown=${(event: PointerEvent) => {
              this.touched = event.pointerType === 'touch';
              this.fingers?.down(event);
            }}
            @pointermove=${(event: PointerEvent) => this.fingers?.move(event)}
            @lostpointercapture=${(event: PointerEvent) => this.fingers?.up(event)}
            @mousedown=${(event: Event) => event.preventDefault()}
            @contextmenu=${(event: Event) => event.preventDefault()}
            @keydown=${this.onKeyDown}
            @keyup=${this.onKeyUp}
            @focusin=${this.onFocusIn}
            @focusout=${() => this.held.letGoOf(FOCUSED)}
            @click=${this.onClick}
          >
            ${this.keys.map((key) => this.renderKey(key, typed))}
          </div>
        </div>
        <div part="bar" class="bar">
          ${typed ? (this.chosen ? this.renderHint() : OTHER) : nothing}
          <div class="octaves">
            <button
              type="button"
              part="octave-button"
              class="lower"
              aria-label="Show lower keys"
              ?disabled=${this.scrolledTo === 'start'}
              @click=${() => this.scrollOctave(-1)}
            >
              ${CHEVRON}
            </button>
            <button
              type="button"
              part="octave-button"
              aria-label="Show higher keys"
              ?disabled=${this.scrolledTo === 'end'}
              @click=${() => this.scrollOctave(1)}
            >
              ${CHEVRON}
            </button>
          </div>
        </div>
      </div>
    `;
  }

  private renderHint() {
    const printed = (code: string) => html`<kbd>${this.letters.get(code)}</kbd>`;
    const ranges = COMPUTER_ROWS.map((row) =>
      row.filter((code) => this.letters.has(code) && this.plays(code)),
    )
      .filter((row) => row.length > 0)
      .map((row) => html`${printed(row[0])} to ${printed(row[row.length - 1])}`);
    const [first, second] = ranges;
    return html`<p>
      ${first ? html`Play with ${first}${second ? html` and ${second}` : nothing}.` : nothing}
      ${printed('KeyA')} is ${noteName(this.basePitch)}; ${printed('KeyZ')} and ${printed('KeyX')} move it by
      octaves.
    </p>`;
  }

  private renderKey({ pitch, black }: PianoKey, typed: boolean) {
    const pressed = this.held.has(pitch) || this.shown.has(pitch);
    const colour = black ? 'black' : 'white';
    const letter = typed && this.chosen ? this.letterOf(pitch) : undefined;
    return html`<button
      type="button"
      part="key ${colour} ${pressed ? 'pressed' : ''}"
      class="key ${colour} ${pressed ? 'pressed' : ''}"
      data-pitch=${pitch}
      data-letter=${letter ?? nothing}
      tabindex=${pitch === this.focusedPitch ? 0 : -1}
      aria-pressed=${pressed}
      aria-label=${spokenName(pitch)}
    >
      ${
        pitch % 12 === 0
          ? html`<span part="name" class="name" aria-hidden="true">${noteName(pitch)}</span>`
          : nothing
      }
    </button>`;
  }

  /** The letter that is printed on the computer's key that plays a pitch. */
  private letterOf(pitch: number): string | undefined {
    for (const [code, semitones] of COMPUTER_KEYS) {
      if (this.basePitch + semitones === pitch) return this.letters.get(code);
    }
    return undefined;
  }

  private get range(): readonly [number, number] {
    return [this.keys[0].pitch, this.keys[this.keys.length - 1].pitch];
  }

  /** Tells whether there is a key for a key of the computer's: a key that is not seen does not play. */
  private plays(code: string): boolean {
    const pitch = this.basePitch + (COMPUTER_KEYS.get(code) ?? NaN);
    const [lowest, highest] = this.range;
    return pitch >= lowest && pitch <= highest;
  }

  private onComputerKey(code: string, semitones: number): void {
    this.touched = false;
    if (this.plays(code)) this.held.hold(code, this.basePitch + semitones, this.velocity);
  }

  /** Up while the octave above A ends on a key, down while A has one. */
  private shiftOctave(octaves: number): void {
    const base = this.basePitch + 12 * octaves;
    const [lowest, highest] = this.range;
    if (octaves > 0 ? base + 12 > highest : base < lowest) return;
    this.basePitch = base;
    this.scrollToKey(base, 'smooth');
  }

  private onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = this.keys.findIndex(({ pitch }) => pitch === this.focusedPitch);
    switch (event.key) {
      case 'ArrowRight':
      case 'ArrowUp':
        this.focusKey(index + 1);
        break;
      case 'ArrowLeft':
      case 'ArrowDown':
        this.focusKey(index - 1);
        break;
      case 'PageUp':
        this.focusKey(index + 12);
        break;
      case 'PageDown':
        this.focusKey(index - 12);
        break;
      case 'Home':
        this.focusKey(0);
        break;
      case 'End':
        this.focusKey(this.keys.length - 1);
        break;
      case 'Enter':
      case ' ':
        if (!event.repeat) this.held.hold(FOCUSED, this.focusedPitch, this.velocity);
        break;
      default:
        return;
    }
    // Also keeps Enter and Space from clicking the button, and the arrows from scrolling.
    event.preventDefault();
  }

  private onKeyUp(event: KeyboardEvent): void {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    this.held.letGoOf(FOCUSED);
  }

  private onFocusIn(event: FocusEvent): void {
    const pitch = Number((event.target as HTMLElement).dataset.pitch);
    if (Number.isInteger(pitch)) this.focusedPitch = pitch;
  }

  private focusKey(index: number): void {
    const { pitch } = this.keys[Math.min(this.keys.length - 1, Math.max(0, index))];
    this.keysElement.querySelector<HTMLElement>(`[data-pitch="${pitch}"]`)?.focus();
  }

  /** A click without a pointer or a key comes from assistive technology. */
  private onClick(event: MouseEvent): void {
    if (event.detail !== 0) return;
    const key = (event.target as HTMLElement).closest<HTMLElement>('.key');
    if (!key) return;
    this.held.hold('click', Number(key.dataset.pitch), this.velocity);
    setTimeout(() => this.held.letGoOf('click'), CLICK_LENGTH);
  }

  private scrollOctave(direction: number): void {
    this.scrollTowards(
      (7 / this.whites) * this.scroller.scrollWidth * direction + this.scroller.scrollLeft,
      'smooth',
    );
  }

  /**
   * Brings the octave above a key into the middle, or, where that is too wide, the key to the left edge; a key that is not
   * there, its nearest neighbour.
   */
  private scrollToKey(pitch: number, behavior: ScrollBehavior): void {
    const key = this.keys.find((each) => each.pitch >= pitch) ?? this.keys[this.keys.length - 1];
    const { scrollWidth, clientWidth } = this.scroller;
    const white = scrollWidth / this.whites;
    const margin = Math.max(0, (clientWidth - 8 * white) / 2);
    this.scrollTowards(key.left * white - margin, behavior);
  }

  private scrollTowards(left: number, wanted: ScrollBehavior): void {
    const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : wanted;
    this.scroller.scrollTo({ left, behavior });
  }

  private measure(): void {
    const { scrollWidth, clientWidth } = this.scroller;
    const overflows = scrollWidth > clientWidth + 1;
    // Now that not all keys fit, those that the letters play are to be seen.
    if (overflows && !this.overflows) this.scrollToKey(this.basePitch, 'instant');
    this.overflows = overflows;
    const { scrollLeft } = this.scroller;
    this.scrolledTo =
      scrollLeft < 1 ? 'start' : scrollLeft > scrollWidth - clientWidth - 1 ? 'end' : 'middle';
  }
}

defineElement('piano-keyboard', PianoKeyboard);

declare global {
  interface HTMLElementTagNameMap {
    'piano-keyboard': PianoKeyboard;
  }
}
