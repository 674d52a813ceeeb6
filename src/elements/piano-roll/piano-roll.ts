import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { property, query } from 'lit/decorators.js';
import type { PlayedNote } from '../../instruments/sequence-player.js';
import { defineElement } from '../define.js';
import { theme } from '../theme.js';
import { SeekEvent } from './events.js';
import { boxOf, extentOf, isBlackKey, type Extent } from './layout.js';
import { styles } from './piano-roll.styles.js';

// For the types of events, in `addEventListener` and by name.
export type * from './events.js';

/** Rounding of a note's corners, CSS pixels. */
const CORNER = 2;

/**
 * Notes as a piano roll: time goes right, pitch up, loud notes are darker. Click or use the arrow keys to seek.
 *
 * @summary A piano roll that shows, and follows, a sequence of notes.
 * @tagname piano-roll
 *
 * @fires {SeekEvent} roll-seek - The player pointed at a time.
 *
 * @slot - What stands there while there are no notes.
 *
 * @csspart base - The roll.
 * @csspart canvas - The drawing.
 * @csspart playhead - The line at the time that sounds.
 * @csspart placeholder - What stands there while there are no notes.
 *
 * @cssproperty --piano-roll-background - Colour behind white keys.
 * @cssproperty --piano-roll-black-keys - Colour behind black keys.
 * @cssproperty --piano-roll-note - Colour of notes.
 * @cssproperty --piano-roll-primer - Colour of notes that were given.
 * @cssproperty --piano-roll-playhead - Colour of the playhead.
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
  /** What it is, for the text alternative: "melody". */
  @property({ reflect: true }) label = '';

  @query('.base') private readonly base!: HTMLElement;
  @query('canvas') private readonly canvas!: HTMLCanvasElement;

  private extent: Extent = extentOf([]);
  private drawFrame = 0;
  private resizeObserver: ResizeObserver | undefined;
  private readonly scheme = globalThis.matchMedia?.('(prefers-color-scheme: dark)');

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizeObserver = new ResizeObserver(this.scheduleDrawing);
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
    if (changed.has('notes') || changed.has('seconds')) this.extent = extentOf(this.notes, this.seconds);
  }

  protected override firstUpdated(): void {
    this.resizeObserver?.observe(this.canvas);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (['notes', 'seconds', 'bar', 'primerEnd'].some((name) => changed.has(name as keyof PianoRoll)))
      this.scheduleDrawing();
    // Not in a style attribute: a strict content security policy forbids those.
    const at = Math.min(1, Math.max(0, (this.playhead ?? 0) / this.extent.seconds));
    this.base.querySelector<HTMLElement>('.playhead')?.style.setProperty('--_at', String(at));
  }

  protected override render() {
    const { notes, extent, playhead } = this;
    return html`
      <div part="base" class="base">
        <canvas part="canvas" role="img" aria-label=${this.description}></canvas>
        ${['note', 'primer', 'black-keys', 'line'].map((name) => html`<i class="ink ${name}"></i>`)}
        ${
          notes.length === 0
            ? html`<div part="placeholder" class="placeholder"><slot>Notes appear here.</slot></div>`
            : html`<input
                type="range"
                aria-label="Position"
                min="0"
                max=${extent.seconds}
                step="0.01"
                .value=${String(playhead ?? 0)}
                aria-valuetext="${(playhead ?? 0).toFixed(1)} of ${extent.seconds.toFixed(1)} seconds"
                @keydown=${this.onKey}
                @input=${(event: Event) => this.seek(Number((event.target as HTMLInputElement).value))}
              />`
        }
        ${
          Number.isFinite(playhead)
            ? html`<div part="playhead" class="playhead" aria-hidden="true"></div>`
            : nothing
        }
      </div>
    `;
  }

  private get description(): string {
    const what = this.label ? `Piano roll of ${this.label}` : 'Piano roll';
    if (this.notes.length === 0) return `${what}: no notes yet`;
    return `${what}: ${this.notes.length} notes in ${this.extent.seconds.toFixed(1)} seconds`;
  }

  /** An arrow is half a second: the slider's own step is a hundredth. */
  private onKey(event: KeyboardEvent): void {
    const direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    this.seek((this.playhead ?? 0) + 0.5 * direction);
  }

  private seek(position: number): void {
    this.playhead = Math.min(this.extent.seconds, Math.max(0, position));
    this.dispatchEvent(new SeekEvent(this.playhead));
  }

  private readonly scheduleDrawing = () => {
    this.drawFrame ||= requestAnimationFrame(() => {
      this.drawFrame = 0;
      this.draw();
    });
  };

  private draw(): void {
    const { canvas, extent } = this;
    const width = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
    const height = Math.max(1, Math.round(canvas.clientHeight * devicePixelRatio));
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d');
    if (!context) return;
    context.clearRect(0, 0, width, height);
    const row = height / (extent.high - extent.low + 1);
    context.fillStyle = this.ink('black-keys');
    for (let pitch = extent.low; pitch <= extent.high; pitch++) {
      if (isBlackKey(pitch)) context.fillRect(0, (extent.high - pitch) * row, width, row);
    }
    context.fillStyle = this.ink('line');
    for (let time = this.bar; this.bar > 0 && time < extent.seconds; time += this.bar) {
      context.fillRect((time / extent.seconds) * width, 0, devicePixelRatio, height);
    }
    const [primer, made] = [this.ink('primer'), this.ink('note')];
    for (const note of this.notes) {
      const [x, y, w, h] = boxOf(note, extent);
      context.fillStyle = note.startTime < this.primerEnd - 1e-6 ? primer : made;
      context.globalAlpha = 0.35 + (0.65 * note.velocity) / 127;
      context.beginPath();
      // A gap of a pixel tells a repeated note from a held one.
      const shown = Math.max(2 * devicePixelRatio, w * width - devicePixelRatio);
      context.roundRect(x * width, y * height, shown, Math.max(2, h * height - 1), CORNER * devicePixelRatio);
      context.fill();
    }
    context.globalAlpha = 1;
  }

  private ink(name: string): string {
    const sample = this.base.querySelector(`.${name}`);
    return sample ? getComputedStyle(sample).color : 'gray';
  }
}

defineElement('piano-roll', PianoRoll);

declare global {
  interface HTMLElementTagNameMap {
    'piano-roll': PianoRoll;
  }
}
