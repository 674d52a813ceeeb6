/**
 * Mu-law levels: the companding of ITU-T G.711 as NSynth's WaveNet uses it (magenta/models/nsynth/utils.py). Zero has a level of its
 * own, so that the levels below it are one off against those above: -1e-9 is -1, and 1 is a level too high, which is clipped.
 */

/** The usual number of levels. */
export const MU_LAW_LEVELS = 256;

/** The level of a sample, about [-levels / 2, levels / 2): in float64, and not clipped. */
export function muLawLevel(x: number, levels: number = MU_LAW_LEVELS): number {
  return Math.floor(
    ((levels / 2) * Math.sign(x) * Math.log1p((levels - 1) * Math.abs(x))) / Math.log(levels),
  );
}

/** The class of a sample: its level, clipped, from 0 on. */
export function muLawClass(x: number, levels: number = MU_LAW_LEVELS): number {
  return Math.max(0, Math.min(levels - 1, muLawLevel(x, levels) + levels / 2));
}

/** The sample of a class, in (-1, 1): the middle of its level; level 0 is silence. */
export function muLawSample(index: number, levels: number = MU_LAW_LEVELS): number {
  const level = index - levels / 2;
  if (level === 0) return 0;
  const v = (level + 0.5) / (levels / 2);
  return (Math.sign(v) * (levels ** Math.abs(v) - 1)) / (levels - 1);
}
