/**
 * Sets `--_x` and `--_y`, the place of a pad's point, on elements that show it. A strict content security policy forbids style attributes, and
 * an element around them would hand the point on to all that is inside it, to be styled anew at each move.
 */
export function showPoint(elements: Iterable<HTMLElement>, x: number, y: number): void {
  for (const { style } of elements) {
    style.setProperty('--_x', String(x));
    style.setProperty('--_y', String(y));
  }
}
