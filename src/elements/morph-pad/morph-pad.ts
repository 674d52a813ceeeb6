import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { showPoint } from '../internal/point.js';
import { defineElement } from '../internal/define.js';
import { theme } from '../internal/theme.js';
import { MorphChangeEvent, MorphInputEvent } from './events.js';
import { describeMix, percents, shares } from './mix.js';
import { styles } from './morph-pad.styles.js';
import { Trail } from './trail.js';

// For the types of events, in `addEventListener` and by name.
export type * from './events.js';

const STEP = 0.01;
const LARGE_STEP = 0.1;
/** A corner is called so while it has no name. */
const PLACES = ['top left', 'top right', 'bottom left', 'bottom right'] as const;
const PLACE_CLASSES = ['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const;

type Axis = 'x' | 'y';

const clamp = (value: number) => (Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0.5);

/** "flute, marimba" <-> ['flute', 'marimba'] */
const listConverter = {
  fromAttribute: (value: string | null) => (value ? value.split(',').map((name) => name.trim()) : []),
  toAttribute: (names: readonly string[]) => (names.length > 0 ? names.join(', ') : null),
};

/**
 * A square between four named corners. Dragging, or the arrow keys, move a point whose nearness to each corner says
 * how much of it is in the mix. To assistive technology it is two sliders over one surface.
 *
 * @summary A pad that mixes four named corners.
 * @tagname morph-pad
 *
 * @fires {MorphInputEvent} morph-input - The point moves; at most once in a frame.
 * @fires {MorphChangeEvent} morph-change - The point was set: the finger lifted or a key was pressed.
 *
 * @slot top-left - Stands at the top left corner in the place of its name: a field that chooses it, say. It can be used without moving the point.
 * @slot top-right - Stands at the top right corner in the place of its name.
 * @slot bottom-left - Stands at the bottom left corner in the place of its name.
 * @slot bottom-right - Stands at the bottom right corner in the place of its name.
 *
 * @csspart base - The surface.
 * @csspart gradient - The four colours.
 * @csspart label - The name and share of a corner; also `top-left`, `top-right`, `bottom-left`, `bottom-right`.
 * @csspart guide - The two lines through the point.
 * @csspart trail - The line that fades behind the point.
 * @csspart handle - The point.
 * @csspart slider - What has the focus: `horizontal` or `vertical`.
 *
 * @cssproperty --morph-pad-top-left - Colour of the corner; an instrument has it on keys that sound, too.
 * @cssproperty --morph-pad-top-right - Colour of the corner.
 * @cssproperty --morph-pad-bottom-left - Colour of the corner.
 * @cssproperty --morph-pad-bottom-right - Colour of the corner.
 * @cssproperty --morph-pad-label - Colour of the names.
 * @cssproperty --morph-pad-guide - Colour of the lines.
 * @cssproperty --morph-pad-handle - Colour of the ring round the point.
 * @cssproperty [--morph-pad-aspect-ratio=1] - Width over height.
 */
export class MorphPad extends LitElement {
  static override styles = [theme, styles];

  /** Names of the corners: top left, top right, bottom left, bottom right. As an attribute, separated by commas. */
  @property({ converter: listConverter, reflect: true }) corners: readonly string[] = [];
  /** 0 left to 1 right; what lies outside is brought in. */
  @property({ type: Number, reflect: true }) x = 0.5;
  /** 0 top to 1 bottom; what lies outside is brought in. */
  @property({ type: Number, reflect: true }) y = 0.5;
  /** The name of the pad for assistive technology. */
  @property({ reflect: true }) label = 'Timbre';

  @state() private dragging = false;

  @query('.surface') private readonly surface!: HTMLElement;
  @query('.trail') private readonly canvas!: HTMLCanvasElement;
  @query('.horizontal') private readonly horizontal!: HTMLElement;
  @query('.vertical') private readonly vertical!: HTMLElement;

  private trail: Trail | undefined;
  /** The finger that drags; others are ignored until it lifts. */
  private pointer: number | undefined;
  private dragStart: readonly [number, number] = [0.5, 0.5];
  private inputFrame = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.inputFrame);
    this.inputFrame = 0;
    this.pointer = undefined;
    this.dragging = false;
    this.trail?.clear();
  }

  protected override willUpdate(): void {
    this.x = clamp(this.x);
    this.y = clamp(this.y);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('x') && !changed.has('y')) return;
    // On what stands at the point alone: a page put others at the corners.
    showPoint(this.surface.querySelectorAll<HTMLElement>('.guide, .handle, .slider'), this.x, this.y);
  }

  protected override render() {
    const { x, y } = this;
    const names = PLACES.map((place, i) => this.corners[i] || place);
    const mix = describeMix(x, y, names);
    return html`
      <div
        part="base"
        class="surface ${this.dragging ? 'dragging' : ''}"
        role="group"
        aria-label=${this.label}
        @pointerdown=${this.onPointerDown}
        @pointermove=${this.onPointerMove}
        @pointerup=${this.onPointerEnd}
        @pointercancel=${this.onPointerEnd}
        @lostpointercapture=${this.onPointerEnd}
        @dblclick=${(event: Event) => this.isOfPage(event) || this.centre()}
        @keydown=${this.onKeyDown}
      >
        <div part="gradient" class="gradient"></div>
        <canvas part="trail" class="trail" aria-hidden="true"></canvas>
        <div part="guide" class="guide across"></div>
        <div part="guide" class="guide up"></div>
        ${this.renderLabels()}
        <div part="handle" class="handle"></div>
        <div
          part="slider horizontal"
          class="slider horizontal"
          role="slider"
          tabindex="0"
          aria-label="Horizontal mix"
          aria-orientation="horizontal"
          aria-valuemin="0"
          aria-valuemax="100"
          aria-valuenow=${Math.round(x * 100)}
          aria-valuetext=${mix}
        ></div>
        <div
          part="slider vertical"
          class="slider vertical"
          role="slider"
          tabindex="0"
          aria-label="Vertical mix"
          aria-orientation="vertical"
          aria-valuemin="0"
          aria-valuemax="100"
          aria-valuenow=${Math.round((1 - y) * 100)}
          aria-valuetext=${mix}
        ></div>
      </div>
    `;
  }

  private renderLabels() {
    const parts = percents(shares(this.x, this.y));
    return PLACE_CLASSES.map(
      (place, i) =>
        html`<div part="label ${place}" class="label ${place}">
          <slot name=${place}><span dir="auto" aria-hidden="true">${this.corners[i] ?? ''}</span></slot>
          ${this.corners[i] ? html`<span class="share" aria-hidden="true">${parts[i]} %</span>` : nothing}
        </div>`,
    );
  }

  /** A field that the page put at a corner is used, not the pad. */
  private isOfPage({ target }: Event): boolean {
    return target !== this && target instanceof Node && this.contains(target);
  }

  /** Moves the point to the middle, as a double-click or the Delete key does. */
  private centre(): void {
    this.moveTo(0.5, 0.5);
    this.settle();
  }

  private onPointerDown(event: PointerEvent): void {
    if (this.pointer !== undefined || event.button !== 0 || this.isOfPage(event)) return;
    this.pointer = event.pointerId;
    this.dragStart = [this.x, this.y];
    this.dragging = true;
    try {
      this.surface.setPointerCapture(event.pointerId);
    } catch {
      // The pointer has gone already (or was made by a script): moves over the surface still arrive.
    }
    this.horizontal.focus({ preventScroll: true, focusVisible: false });
    // Keeps the browser from starting a text selection, and from moving the focus it was just given.
    event.preventDefault();
    this.moveToPointer(event);
  }

  private onPointerMove(event: PointerEvent): void {
    if (event.pointerId === this.pointer) this.moveToPointer(event);
  }

  private onPointerEnd(event: PointerEvent): void {
    if (event.pointerId !== this.pointer) return;
    this.pointer = undefined;
    this.dragging = false;
    const [x, y] = this.dragStart;
    if (x !== this.x || y !== this.y) this.settle();
  }

  private moveToPointer(event: PointerEvent): void {
    const { left, top, width, height } = this.surface.getBoundingClientRect();
    if (width === 0 || height === 0) return;
    this.moveTo((event.clientX - left) / width, (event.clientY - top) / height);
    if (!this.reducedMotion) {
      this.trail ??= new Trail(this.canvas);
      this.trail.add(this.x, this.y);
    }
  }

  private onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.isOfPage(event)) return;
    const axis: Axis = event.target === this.vertical ? 'y' : 'x';
    const step = event.shiftKey ? LARGE_STEP : STEP;
    switch (event.key) {
      case 'ArrowLeft':
        this.stepTo('x', this.x - step);
        break;
      case 'ArrowRight':
        this.stepTo('x', this.x + step);
        break;
      case 'ArrowUp':
        this.stepTo('y', this.y - step);
        break;
      case 'ArrowDown':
        this.stepTo('y', this.y + step);
        break;
      // Up means right on the horizontal slider and up on the vertical one, whose value grows upwards.
      case 'PageUp':
        this.stepTo(axis, this[axis] + (axis === 'x' ? LARGE_STEP : -LARGE_STEP));
        break;
      case 'PageDown':
        this.stepTo(axis, this[axis] - (axis === 'x' ? LARGE_STEP : -LARGE_STEP));
        break;
      case 'Home':
        this.stepTo(axis, axis === 'x' ? 0 : 1);
        break;
      case 'End':
        this.stepTo(axis, axis === 'x' ? 1 : 0);
        break;
      case 'Delete':
      case 'Backspace':
        this.centre();
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  private stepTo(axis: Axis, value: number): void {
    // The slider that speaks is the one that moved.
    (axis === 'x' ? this.horizontal : this.vertical).focus({ preventScroll: true });
    // Steps of 0.01 add up without a tail of binary digits.
    const rounded = Math.round(clamp(value) * 1e4) / 1e4;
    this.moveTo(axis === 'x' ? rounded : this.x, axis === 'y' ? rounded : this.y);
    this.settle();
  }

  private moveTo(x: number, y: number): void {
    this.x = clamp(x);
    this.y = clamp(y);
    this.inputFrame ||= requestAnimationFrame(() => this.flushInput());
  }

  private flushInput(): void {
    cancelAnimationFrame(this.inputFrame);
    this.inputFrame = 0;
    this.dispatchEvent(new MorphInputEvent(this.x, this.y));
  }

  /** The last input goes out before the change that ends it. */
  private settle(): void {
    if (this.inputFrame) this.flushInput();
    this.dispatchEvent(new MorphChangeEvent(this.x, this.y));
  }

  private get reducedMotion(): boolean {
    return matchMedia('(prefers-reduced-motion: reduce)').matches;
  }
}

defineElement('morph-pad', MorphPad);

declare global {
  interface HTMLElementTagNameMap {
    'morph-pad': MorphPad;
  }
}
