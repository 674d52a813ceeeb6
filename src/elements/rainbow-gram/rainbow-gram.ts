import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { property, query } from 'lit/decorators.js';
import { defineElement } from '../internal/define.js';
import { theme } from '../internal/theme.js';
import {
  BINS,
  DURATION,
  FRAMES,
  LEAD_FRAMES,
  binOf,
  checkSpectrogram,
  paint,
  strongestFrequency,
} from './image.js';
import { colours } from './colour.js';
import { styles } from './rainbow-gram.styles.js';

/** Frequencies with a line of their own, Hz. */
const TICKS = [250, 500, 1000, 2000, 4000];
/** The line that goes first where there is little room. */
const CLOSE = 500;

/**
 * A rainbowgram: the picture of a sound as the NSynth and GANSynth papers draw it. Time goes right and frequency (mel)
 * up; brightness is log magnitude, over 70 dB, and hue is instantaneous frequency: a steady tone keeps its colour.
 *
 * @summary A spectrogram coloured by instantaneous frequency.
 * @tagname rainbow-gram
 *
 * @slot - What stands there while there is no spectrogram.
 *
 * @csspart base - The picture.
 * @csspart canvas - The drawing.
 * @csspart tick - A line at a frequency.
 * @csspart playhead - The line at the time that sounds.
 * @csspart placeholder - What stands there while there is no spectrogram.
 *
 * @cssproperty --rainbow-gram-background - Colour of silence.
 * @cssproperty --rainbow-gram-ink - Colour of the writing.
 * @cssproperty --rainbow-gram-grid - Colour of the frequency lines.
 * @cssproperty --rainbow-gram-playhead - Colour of the playhead.
 * @cssproperty --rainbow-gram-edge - Colour of the line round the picture.
 * @cssproperty [--rainbow-gram-filter=none] - A CSS filter over the colours of the sound: `hue-rotate(90deg)`, `grayscale(1)`.
 * @cssproperty [--rainbow-gram-aspect-ratio=16/9] - Width over height.
 */
export class RainbowGram extends LitElement {
  static override styles = [theme, styles];

  /**
   * [128, 1024, 2], row-major, as `GANSynth.spectrogram` gives it: (time, mel bin, {log magnitude, instantaneous
   * frequency}), both normalised as the network does. Set a new array to draw again.
   * @throws SPECTROGRAM_SHAPE when the length is another
   */
  @property({ attribute: false })
  get spectrogram(): Float32Array | undefined {
    return this.shown;
  }
  set spectrogram(spectrogram: Float32Array | undefined) {
    if (spectrogram) checkSpectrogram(spectrogram);
    const before = this.shown;
    this.shown = spectrogram;
    this.requestUpdate('spectrogram', before);
  }
  private shown: Float32Array | undefined;

  /** Seconds from the beginning of the note, 0 to 4; without it no playhead is shown. */
  @property({ type: Number, reflect: true }) playhead: number | undefined;
  /** The sound, for the text alternative: "flute, C4". */
  @property({ reflect: true }) label = '';

  @query('.base') private readonly base!: HTMLElement;
  @query('canvas') private readonly canvas!: HTMLCanvasElement;

  private strongest = 0;
  private drawFrame = 0;
  private resizeObserver: ResizeObserver | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.resizeObserver = new ResizeObserver(() => this.scheduleDrawing());
    if (this.hasUpdated) this.resizeObserver.observe(this.canvas);
    // In a task of its own: the first drawing is long enough without it.
    setTimeout(colours);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizeObserver?.disconnect();
    cancelAnimationFrame(this.drawFrame);
    this.drawFrame = 0;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('spectrogram') && this.spectrogram) this.strongest = strongestFrequency(this.spectrogram);
  }

  protected override firstUpdated(): void {
    this.resizeObserver?.observe(this.canvas);
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('spectrogram')) this.scheduleDrawing();
    // Not in style attributes: a strict content security policy forbids those.
    this.base.querySelectorAll<HTMLElement>('.tick').forEach((tick, i) => {
      tick.style.setProperty('--_at', `${(100 * binOf(TICKS[i])) / BINS}%`);
    });
    const seconds = Math.min(DURATION, Math.max(0, this.playhead ?? 0));
    this.base.querySelector<HTMLElement>('.playhead')?.style.setProperty('--_at', String(seconds / DURATION));
  }

  protected override render() {
    const { spectrogram, playhead } = this;
    return html`
      <div part="base" class="base">
        <canvas part="canvas" role="img" aria-label=${this.description}></canvas>
        ${
          spectrogram
            ? TICKS.map(
                (frequency) =>
                  html`<div part="tick" class="tick ${frequency === CLOSE ? 'close' : ''}" aria-hidden="true">
                    <span>${frequency < 1000 ? `${frequency} Hz` : `${frequency / 1000} kHz`}</span>
                  </div>`,
              )
            : html`<div part="placeholder" class="placeholder">
                <slot>The picture of the sound appears here.</slot>
              </div>`
        }
        ${
          spectrogram && Number.isFinite(playhead)
            ? html`<div part="playhead" class="playhead" aria-hidden="true"></div>`
            : nothing
        }
      </div>
    `;
  }

  private get description(): string {
    const what = this.label ? `Rainbowgram of ${this.label}` : 'Rainbowgram';
    if (!this.spectrogram) return `${what}: no sound yet`;
    return `${what}: ${Math.round(DURATION)} seconds, 0 to 8 kilohertz, strongest near ${Math.round(this.strongest)} hertz`;
  }

  private scheduleDrawing(): void {
    this.drawFrame ||= requestAnimationFrame(() => {
      this.drawFrame = 0;
      this.draw();
    });
  }

  private draw(): void {
    const { canvas, spectrogram } = this;
    const width = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
    const height = Math.max(1, Math.round(canvas.clientHeight * devicePixelRatio));
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d');
    if (!context) return;
    context.clearRect(0, 0, width, height);
    if (!spectrogram) return;
    context.imageSmoothingQuality = 'high';
    const [shown, from] = [FRAMES - LEAD_FRAMES, LEAD_FRAMES];
    context.drawImage(this.picture(spectrogram), from, 0, shown, BINS, 0, 0, width, height);
  }

  /** The spectrogram at a pixel a value; kept while only the size of the canvas changes. */
  private picture(spectrogram: Float32Array): OffscreenCanvas {
    if (this.painted?.spectrogram === spectrogram) return this.painted.image;
    const image = this.painted?.image ?? new OffscreenCanvas(FRAMES, BINS);
    const context = image.getContext('2d') as OffscreenCanvasRenderingContext2D;
    const data = context.createImageData(FRAMES, BINS);
    paint(spectrogram, new Uint32Array(data.data.buffer));
    context.putImageData(data, 0, 0);
    this.painted = { spectrogram, image };
    return image;
  }
  private painted: { readonly spectrogram: Float32Array; readonly image: OffscreenCanvas } | undefined;
}

defineElement('rainbow-gram', RainbowGram);

declare global {
  interface HTMLElementTagNameMap {
    'rainbow-gram': RainbowGram;
  }
}
