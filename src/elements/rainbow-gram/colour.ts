/**
 * The colours of a rainbowgram (Engel et al., "Neural Audio Synthesis of Musical Notes with WaveNet Autoencoders",
 * 2017, arXiv:1704.01279, figure 3; GANSynth, arXiv:1902.08710): brightness is log magnitude, hue is instantaneous
 * frequency. The hues lie on a circle of OKLCH, because a phase step of pi and one of -pi are the same.
 */

/** Levels of brightness and of hue in the table: finer than the eye, and made in some milliseconds. */
const LEVELS = 128;
const HUES = 64;
/** Chroma at full brightness: what sRGB can just show at every hue with this lightness. */
const LIGHTNESS = 0.84;
const CHROMA = 0.13;

/** sRGB transfer function, linear [0, 1] -> 0-255. */
function encode(linear: number): number {
  const clipped = Math.min(1, Math.max(0, linear));
  const encoded = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
  return Math.round(255 * encoded);
}

/** OKLCH -> sRGB (B. Ottosson, "A perceptual color space for image processing", 2020). @param hue radians */
export function oklchToRgb(lightness: number, chroma: number, hue: number): [number, number, number] {
  const a = chroma * Math.cos(hue);
  const b = chroma * Math.sin(hue);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encode(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

let table: Uint32Array | undefined;

/** [HUES x LEVELS] pixels as ImageData stores them, made at the first call. */
function colours(): Uint32Array {
  if (table) return table;
  table = new Uint32Array(HUES * LEVELS);
  const pixel = new Uint8ClampedArray(4);
  const word = new Uint32Array(pixel.buffer);
  for (let hue = 0; hue < HUES; hue++) {
    for (let level = 0; level < LEVELS; level++) {
      const brightness = level / (LEVELS - 1);
      const [r, g, b] = oklchToRgb(
        LIGHTNESS * brightness ** 0.85,
        CHROMA * brightness,
        (2 * Math.PI * hue) / HUES,
      );
      // Transparent where silent: the canvas' own background shows.
      pixel.set([r, g, b, Math.round(255 * Math.min(1, brightness * 3))]);
      table[hue * LEVELS + level] = word[0];
    }
  }
  return table;
}

/**
 * @param brightness [0, 1] @param frequency instantaneous frequency in units of pi a hop, any real number (taken around the circle)
 */
export function colourIndex(brightness: number, frequency: number): number {
  const level = Math.round(Math.min(1, Math.max(0, brightness)) * (LEVELS - 1));
  const hue = Math.round((frequency / 2) * HUES) & (HUES - 1);
  return hue * LEVELS + level;
}

export { colours };
