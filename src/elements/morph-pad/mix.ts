/** The shares of four corners at a point of the pad, in numbers and in words. Corners: top left, top right, bottom left, bottom right. */

/** Bilinear shares of the four corners; they add up to 1. @param x 0 left to 1 right @param y 0 top to 1 bottom */
export function shares(x: number, y: number): [number, number, number, number] {
  return [(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y];
}

/** Whole per cents that add up to 100: rounded down, and what is missing given to the largest remainders. */
export function percents(parts: readonly number[]): number[] {
  const exact = parts.map((part) => part * 100);
  const whole = exact.map(Math.floor);
  const missing = 100 - whole.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact.map((part, i) => ({ i, remainder: part - whole[i] }));
  byRemainder.sort((a, b) => b.remainder - a.remainder);
  for (const { i } of byRemainder.slice(0, missing)) whole[i]++;
  return whole;
}

/** "60 % flute, 40 % organ": the largest share first, corners without a share left out, corners of one name added up. */
export function describeMix(x: number, y: number, names: readonly string[]): string {
  const byName = new Map<string, number>();
  percents(shares(x, y)).forEach((percent, i) => byName.set(names[i], (byName.get(names[i]) ?? 0) + percent));
  return [...byName]
    .filter(([, percent]) => percent > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name, percent]) => `${percent} % ${name}`)
    .join(', ');
}
