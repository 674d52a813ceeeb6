import { counted } from '../../errors/counted.js';
import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { PlayedNote } from '../../instruments/sequence-player.js';
import { defineElement } from '../internal/define.js';
import { theme } from '../internal/theme.js';
import { inWords } from './edit-notes.js';
import { RollBarEvent, RollEditEvent, RollUndoEvent, RollViewEvent, SeekEvent } from './events.js';
import { NoteEditor } from './note-editor.js';
import { GUTTER, INKS, STRIP, draw, type Ink, type Mark } from './drawing.js';
import { follow, lengthOf, rowsOf, spanOf, type Rows } from './layout.js';
import { styles } from './piano-roll.styles.js';

// For the types of events, in `addEventListener` and by name.
export type * from './events.js';

/** A press of a button or key brings it closer by this factor. */
const CLOSER = 1.5;
/** A lane is low: it shows no more semitones than it must, and so many at least. */
const LANE_SEMITONES = 14;

/** 'lane': the notes alone, one of several tracks; 'ruler': bars and marks alone, above them. */
export type RollLayout = 'full' | 'lane' | 'ruler';

/**
 * Notes as a piano roll: time goes right, pitch up, loud notes are darker. Click or use the arrow keys to seek. A long one is
 * seen in part: it follows the playhead and what is written; scroll it, and bring it closer by its buttons, by + and -, by
 * pinching on a touchpad, or by the wheel with Ctrl.
 *
 * Where it is `editable`, a press chooses a note, and a drag moves it, or lengthens it by its end; a press beside the notes chooses a bar, a
 * drag there frames notes, a double click adds a note or takes it away. On drums a press sets a stroke or takes it away. By keys: left and
 * right choose a note (with Shift also the next), up and down move it (with Shift by an octave), with Alt or Ctrl left and right move it, + and - lengthen
 * and shorten it, Delete removes it, Enter adds one behind it, Page Up and Page Down choose a bar, Ctrl with Z undoes.
 *
 * @summary A piano roll that shows, and follows, a sequence of notes.
 * @tagname piano-roll
 *
 * @fires {SeekEvent} roll-seek - The player pointed at a time.
 * @fires {RollEditEvent} roll-edit - The player changed `notes`.
 * @fires {RollUndoEvent} roll-undo - The player wants the last change undone.
 * @fires {RollBarEvent} roll-bar - The player chose a `bar`, counted from 0, or none.
 * @fires {RollViewEvent} roll-view - The roll was moved or zoomed, and shows another part: `start` and `span`, seconds.
 *
 * @slot - What stands there while there are no notes.
 *
 * @csspart base - The roll.
 * @csspart canvas - The drawing.
 * @csspart notes - The layer on which notes are edited.
 * @csspart zoom - The buttons that bring it closer.
 * @csspart playhead - The line at the time that sounds.
 * @csspart placeholder - What stands there while there are no notes.
 *
 * @cssproperty --piano-roll-background - Colour behind white keys.
 * @cssproperty --piano-roll-black-keys - Colour behind black keys.
 * @cssproperty --piano-roll-note - Colour of notes.
 * @cssproperty --piano-roll-primer - Colour of notes that were given.
 * @cssproperty --piano-roll-playhead - Colour of the playhead.
 * @cssproperty --piano-roll-chosen - Colour around chosen notes, and of what is kept.
 */
export class PianoRoll extends LitElement {
  static override styles = [theme, styles];

  /** Notes of a NoteSequence, times in seconds. Set a new array to draw again. */
  @property({ attribute: false }) notes: readonly PlayedNote[] = [];
  /** Notes that begin before this time were given, not made; seconds. */
  @property({ type: Number, attribute: 'primer-end', reflect: true }) primerEnd = 0;
  /** The time that sounds, seconds; without it no playhead is shown. */
  @property({ type: Number, reflect: true }) playhead: number | undefined;
  /** Seconds shown at least: room for what is still to come. */
  @property({ type: Number, reflect: true }) seconds = 0;
  /** Length of a bar, seconds; 0 for no lines. */
  @property({ type: Number, reflect: true }) bar = 0;
  /** The rows are the nine drums of DrumsRNN, not pitches. */
  @property({ type: Boolean, reflect: true }) drums = false;
  /** The marks above the notes, times in seconds: chord symbols. Set a new array to draw again. */
  @property({ attribute: false }) marks: readonly Mark[] = [];
  /** The notes alone, small: no names, nothing to seek or zoom by. */
  @property({ type: Boolean, reflect: true }) compact = false;
  /** A person can change the notes. */
  @property({ type: Boolean, reflect: true }) editable = false;
  /** The pieces that it has: all, the notes alone ('lane') or the bars and marks alone ('ruler'). */
  @property({ reflect: true }) layout: RollLayout = 'full';
  /** Bars that are marked as kept, counted from 0. Set a new array to draw again. */
  @property({ attribute: false }) kept: readonly number[] = [];
  /** The bar that is chosen, counted from 0. */
  @property({ attribute: false }) chosenBar: number | undefined;
  /** The name for the text alternative: "melody". */
  @property({ reflect: true }) label = '';

  @query('.base') private readonly base!: HTMLElement;
  @query('canvas') private readonly canvas!: HTMLCanvasElement;

  @query('.scroll') private readonly scroller!: HTMLElement;

  /** Seconds seen at once that the player asked for; undefined: as many as can be told apart. */
  @state() private wanted: number | undefined;
  @state() private told = '';
  private rows: Rows = rowsOf([], false);
  private total = lengthOf([]);
  private readonly editor = this.createEditor();
  /** The part that is seen turns with the playhead and with what is written, until the player scrolls elsewhere. */
  private following = true;
  /** The place that it was scrolled to by itself, and the length of all then, pixels. */
  private scrolled = { to: 0, of: 0 };
  /** Seconds at the left edge: kept when the width changes. */
  private left = 0;
  private drawFrame = 0;
  private resizeObserver: ResizeObserver | undefined;
  private readonly scheme = globalThis.matchMedia?.('(prefers-color-scheme: dark)');

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizeObserver = new ResizeObserver(() => this.show(this.left));
    this.scheme?.addEventListener('change', this.scheduleDrawing);
    if (this.hasUpdated) this.resizeObserver.observe(this.canvas);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizeObserver?.disconnect();
    this.scheme?.removeEventListener('change', this.scheduleDrawing);
    cancelAnimationFrame(this.drawFrame);
    this.drawFrame = 0;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('notes')) this.editor.keep(this.notes);
    if (changed.has('notes') || changed.has('drums') || changed.has('layout')) this.chooseRows(changed);
    if (changed.has('notes') || changed.has('seconds')) this.total = lengthOf(this.notes, this.seconds);
  }

  protected override firstUpdated(): void {
    this.resizeObserver?.observe(this.canvas);
  }

  protected override updated(changed: PropertyValues<this>): void {
    const { total, span, playhead } = this;
    // Not in a style attribute: a strict content security policy forbids those.
    this.base.style.setProperty('--_gutter', `${this.gutter}px`);
    this.base.style.setProperty('--_length', `${(100 * total) / span}%`);
    this.base.style.setProperty('--_strip', `${this.strip}px`);
    const at = Math.min(1, Math.max(0, (playhead ?? 0) / total));
    this.base.querySelector<HTMLElement>('.playhead')?.style.setProperty('--_at', String(at));
    if (changed.has('notes')) this.showWritten(changed.get('notes') ?? []);
    else if (changed.has('playhead')) this.followTo(playhead ?? 0);
    if ([...changed.keys()].some((name) => name !== 'playhead')) this.scheduleDrawing();
  }

  protected override render() {
    const { notes, total, playhead } = this;
    return html`
      <div part="base" class="base" @wheel=${this.onWheel}>
        <canvas part="canvas" role="img" aria-label=${this.description}></canvas>
        ${INKS.map((name) => html`<i class="ink ${name}"></i>`)}
        <div class="scroll" @scroll=${this.onScroll}>
          <div class="time">
            ${this.editable && this.layout !== 'ruler' ? this.renderNotes() : nothing}
            ${
              (notes.length === 0 && this.layout !== 'ruler') || this.compact || this.layout === 'lane'
                ? nothing
                : html`<input
                    type="range"
                    aria-label="Position"
                    aria-keyshortcuts="+ -"
                    min="0"
                    max=${total}
                    step="0.01"
                    .value=${String(playhead ?? 0)}
                    aria-valuetext="${(playhead ?? 0).toFixed(1)} of ${total.toFixed(1)} seconds"
                    @keydown=${this.onKey}
                    @input=${(event: Event) => this.seek(Number((event.target as HTMLInputElement).value))}
                  />`
            }
            ${
              Number.isFinite(playhead) && this.layout === 'full'
                ? html`<div part="playhead" class="playhead" aria-hidden="true"></div>`
                : nothing
            }
          </div>
        </div>
        ${this.compact ? nothing : this.renderAround()}
      </div>
    `;
  }

  /** Rows stay where they are while music changes within them: nothing is to move under a finger. */
  private chooseRows(changed: PropertyValues<this>): void {
    const { notes, rows } = this;
    const fresh = rowsOf(notes, this.drums, this.layout === 'lane' ? LANE_SEMITONES : undefined);
    const fits = notes.every(({ pitch }) => rows.rowOf(pitch) >= 0 && rows.rowOf(pitch) < rows.count);
    const grown =
      !changed.has('drums') &&
      !changed.has('layout') &&
      (changed.get('notes')?.length ?? 0) > 0 &&
      rows.count <= fresh.count;
    if (!fits || !grown) this.rows = fresh;
  }

  /** The layer that is edited on: its notes are drawn, and a line that is read aloud tells of them. */
  private renderNotes() {
    const { editor } = this;
    return html`<div
        part="notes"
        class="notes"
        role="application"
        tabindex="0"
        aria-label="Notes${this.label && ` of ${this.label}`}"
        aria-roledescription="note editor"
        aria-describedby="keys"
        @pointerdown=${(event: PointerEvent) => editor.onPointerDown(event)}
        @pointermove=${(event: PointerEvent) => editor.onPointerMove(event)}
        @pointerup=${(event: PointerEvent) => editor.onPointerUp(event)}
        @pointercancel=${() => editor.onPointerCancel()}
        @touchstart=${{ handleEvent: (event: TouchEvent) => editor.onTouchStart(event), passive: false }}
        @dblclick=${(event: MouseEvent) => editor.onDoubleClick(event)}
        @keydown=${this.onEditKey}
      ></div>
      <p id="keys" class="unseen">
        Left and right choose a note. Up and down, and Alt with left and right, move it. Plus and minus
        lengthen and shorten it. Delete removes it, Enter adds one, Control Z undoes.
      </p>
      <p class="unseen" role="status">${this.told}</p>`;
  }

  private readonly onEditKey = (event: KeyboardEvent) => {
    if (!this.editor.onKey(event)) return;
    event.preventDefault();
    event.stopPropagation();
    const { editor, bar, drums, rows } = this;
    const { current } = editor;
    const others = editor.chosen.size > 1 ? ` and ${editor.chosen.size - 1} more` : '';
    if (current) this.told = inWords(current, bar, drums, rows) + others;
    else
      this.told = this.chosenBar === undefined ? 'No note is chosen' : `Bar ${this.chosenBar + 1} is chosen`;
  };

  private createEditor(): NoteEditor {
    const roll = () => this;
    return new NoteEditor({
      get notes() {
        return roll().notes;
      },
      get drums() {
        return roll().drums;
      },
      get bar() {
        return roll().bar;
      },
      get rows() {
        return roll().rows;
      },
      get total() {
        return roll().total;
      },
      get playhead() {
        return roll().playhead;
      },
      get chosenBar() {
        return roll().chosenBar;
      },
      get layer() {
        return roll().base.querySelector<HTMLElement>('.notes')!;
      },
      edit: (notes) => {
        this.notes = notes;
        this.dispatchEvent(new RollEditEvent(notes));
      },
      choose: (bar) => {
        this.chosenBar = bar;
        this.dispatchEvent(new RollBarEvent(bar));
      },
      undo: () => this.dispatchEvent(new RollUndoEvent()),
      update: () => {
        this.bringIntoView();
        this.scheduleDrawing();
      },
    });
  }

  /** A note that was chosen by keys may lie outside of what is seen. */
  private bringIntoView(): void {
    const { editor, left, span, total } = this;
    const { current } = editor;
    if (!current || editor.dragging || (current.startTime >= left && current.startTime < left + span)) return;
    this.show(follow(left, span, total, current.startTime));
    this.tellView();
  }

  /** Shows a part of it, as another roll of the same music does. @param start seconds at the left edge @param span seconds seen at once */
  async showView(start: number, span: number): Promise<void> {
    this.wanted = span;
    this.following = false;
    await this.updateComplete;
    this.show(start);
  }

  /** Goes along with the playhead again, wherever the player looked before. */
  followPlayhead(): void {
    this.following = true;
  }

  private tellView(): void {
    this.dispatchEvent(new RollViewEvent(this.left, this.span));
  }

  /** The layer over the drawing: the zoom, or, while there are no notes, the placeholder. */
  private renderAround() {
    const { notes, total, span } = this;
    if (this.layout === 'lane' && notes.length > 0) return nothing;
    return notes.length === 0 && this.layout !== 'ruler'
      ? html`<div part="placeholder" class="placeholder"><slot>Notes appear here.</slot></div>`
      : html`<div part="zoom" class="zoom" role="group" aria-label="How much is seen">
          <button
            type="button"
            aria-label="See more at once"
            ?disabled=${span >= total}
            @click=${() => this.zoom(CLOSER)}
          >
            −</button
          ><button type="button" aria-label="See it closer" @click=${() => this.zoom(1 / CLOSER)}>+</button>
        </div>`;
  }

  /** Seconds seen at once. */
  private get span(): number {
    return spanOf(this.total, this.wanted);
  }

  private get gutter(): number {
    if (this.compact) return 0;
    if (this.layout !== 'full') return GUTTER.lane;
    return this.drums ? GUTTER.drums : GUTTER.pitches;
  }

  private get strip(): number {
    return this.compact || this.layout === 'lane' ? 0 : STRIP;
  }

  private get description(): string {
    const what = this.label ? `Piano roll of ${this.label}` : 'Piano roll';
    if (this.layout === 'ruler') return `Ruler of ${this.total.toFixed(1)} seconds`;
    if (this.notes.length === 0) return `${what}: no notes yet`;
    return `${what}: ${counted(this.notes.length, 'note')} in ${this.total.toFixed(1)} seconds`;
  }

  /** An arrow is half a second: the slider's own step is a hundredth. */
  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const closer = { '+': 1 / CLOSER, '-': CLOSER }[event.key];
    const direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (closer === undefined && direction === undefined) return;
    event.preventDefault();
    if (closer !== undefined) this.zoom(closer);
    else this.seek((this.playhead ?? 0) + 0.5 * (direction ?? 0));
  }

  private seek(position: number): void {
    this.playhead = Math.min(this.total, Math.max(0, position));
    this.following = true;
    this.dispatchEvent(new SeekEvent(this.playhead));
  }

  /** Pinching on a touchpad comes as a wheel with Ctrl. The wheel alone is the page's. */
  private onWheel(event: WheelEvent): void {
    if (!event.ctrlKey || this.notes.length === 0) return;
    event.preventDefault();
    const { left, width } = this.scroller.getBoundingClientRect();
    this.zoom(Math.exp(event.deltaY / 200), Math.min(1, Math.max(0, (event.clientX - left) / width)));
  }

  /** @param factor of the seconds that are seen @param place what stays where it is, 0 left to 1 right; by default the playhead */
  private zoom(factor: number, place?: number): void {
    const { left: start, span, playhead = 0, total } = this;
    const seen = playhead >= start && playhead <= start + span;
    const at = place ?? (seen ? (playhead - start) / span : 0.5);
    this.wanted = spanOf(total, span * factor);
    void this.updateComplete.then(() => {
      this.show(start + at * (span - this.span));
      this.tellView();
    });
  }

  private readonly onScroll = () => {
    // Its own scrolling is told here too, later.
    const { scrollLeft, scrollWidth } = this.scroller;
    if (Math.abs(scrollLeft - this.scrolled.to) <= 1) return;
    // So is that it became narrower.
    if (scrollWidth !== this.scrolled.of) return this.show(this.left);
    this.following = false;
    this.left = (scrollLeft / scrollWidth) * this.total;
    this.scrolled = { to: scrollLeft, of: scrollWidth };
    this.scheduleDrawing();
    this.tellView();
  };

  /** Brings new notes into view as they come; a new piece is seen from where its primer ends. */
  private showWritten(before: readonly PlayedNote[]): void {
    if (this.layout !== 'full') return this.show(this.left);
    const { notes, span, total, primerEnd } = this;
    const last = lastStart(notes);
    // Of a piece without an end the first notes go as others come.
    const goesOn = notes.length > 0 && before.some((note) => isSame(note, notes[0]));
    const grown = goesOn && (notes.length > before.length || last > lastStart(before));
    if (!grown) this.following = true;
    const beginning = Math.min(primerEnd, total) - span / 4;
    if (!this.following) return;
    this.show(Math.max(beginning, grown ? last - 0.95 * span : 0));
  }

  private followTo(time: number): void {
    const { left: start, span, total } = this;
    if (this.layout === 'lane') return;
    if (time >= start && time < start + span) this.following = true;
    else if (this.following) {
      this.show(follow(start, span, total, time));
      this.tellView();
    }
  }

  private show(start: number): void {
    const { scroller, total, span } = this;
    this.left = Math.min(total - span, Math.max(0, start));
    scroller.scrollLeft = (this.left / total) * scroller.scrollWidth;
    this.scrolled = { to: scroller.scrollLeft, of: scroller.scrollWidth };
    this.scheduleDrawing();
  }

  private readonly scheduleDrawing = () => {
    this.drawFrame ||= requestAnimationFrame(() => {
      this.drawFrame = 0;
      this.draw();
    });
  };

  private draw(): void {
    const { canvas, editor, rows, marks, primerEnd, bar, gutter, strip, left: start, span, total } = this;
    const width = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
    const height = Math.max(1, Math.round(canvas.clientHeight * devicePixelRatio));
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d');
    if (!context) return;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    draw(context, {
      ...{ rows, marks, primerEnd, bar, gutter, strip, start, span, total },
      ...{ notes: editor.notes, chosen: editor.chosen, frame: editor.box },
      ...{ kept: this.kept, chosenBar: this.chosenBar },
      width: canvas.clientWidth,
      // Without the scroll bar.
      height: this.scroller.clientHeight,
      ink: Object.fromEntries(INKS.map((name) => [name, this.ink(name)])) as Record<Ink, string>,
      font: `11px ${getComputedStyle(this).fontFamily}`,
    });
  }

  private ink(name: string): string {
    const sample = this.base.querySelector(`.${name}`);
    return sample ? getComputedStyle(sample).color : 'gray';
  }
}

const lastStart = (notes: readonly PlayedNote[]) =>
  notes.reduce((latest, { startTime }) => Math.max(latest, startTime), 0);

const isSame = (a: PlayedNote, b: PlayedNote) => a.pitch === b.pitch && a.startTime === b.startTime;

defineElement('piano-roll', PianoRoll);

declare global {
  interface HTMLElementTagNameMap {
    'piano-roll': PianoRoll;
  }
}
