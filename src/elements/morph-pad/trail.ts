/** The fading line that the handle draws behind it. */

/** A point of the trail stays so long, ms. */
const LIFETIME = 480;
/** Width at the handle, CSS pixels; it tapers to nothing. */
const WIDTH = 7;

interface TrailPoint {
  readonly x: number;
  readonly y: number;
  readonly time: number;
}

/** Draws on `canvas` from one animation frame to the next while there is something to see, and rests otherwise. */
export class Trail {
  private points: TrailPoint[] = [];
  private frame = 0;
  private colour = '';

  constructor(private readonly canvas: HTMLCanvasElement) {
    // To measure while it draws would force a layout in every frame.
    new ResizeObserver(([{ contentRect }]) => this.resize(contentRect)).observe(canvas);
  }

  /** @param x 0 left to 1 right @param y 0 top to 1 bottom */
  add(x: number, y: number): void {
    // Of a whole line: to ask in every frame would style the page once more in each.
    if (this.points.length === 0) this.colour = getComputedStyle(this.canvas).color;
    this.points.push({ x, y, time: performance.now() });
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  clear(): void {
    this.points = [];
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.canvas.getContext('2d')?.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  private resize({ width, height }: DOMRectReadOnly): void {
    const ratio = devicePixelRatio;
    Object.assign(this.canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  }

  private draw(): void {
    const now = performance.now();
    this.points = this.points.filter(({ time }) => now - time < LIFETIME);
    this.frame = this.points.length > 0 ? requestAnimationFrame(() => this.draw()) : 0;

    const { canvas, points } = this;
    const context = canvas.getContext('2d');
    if (!context) return;
    const { width, height } = canvas;
    context.clearRect(0, 0, width, height);
    context.strokeStyle = this.colour;
    // Round ends would overlap and show as beads.
    context.lineCap = 'butt';
    for (let i = 1; i < points.length; i++) {
      const youth = 1 - (now - points[i].time) / LIFETIME;
      context.globalAlpha = 0.55 * youth;
      context.lineWidth = Math.max(1, WIDTH * youth) * devicePixelRatio;
      context.beginPath();
      context.moveTo(points[i - 1].x * width, points[i - 1].y * height);
      context.lineTo(points[i].x * width, points[i].y * height);
      context.stroke();
    }
  }
}
