/**
 * Band-limited resampling at any, and at a changing, ratio: the note audio is read at fractional positions
 * through a windowed sinc (Kaiser), stored as a polyphase table and linearly interpolated between phases.
 * J. O. Smith, "Digital Audio Resampling", https://ccrma.stanford.edu/~jos/resample/.
 *
 * `step` is input samples per output sample. Up to 1 the kernel's pass band is the input's own: flat to
 * 0.81 of its Nyquist frequency, stop band from 1.19 of it (for 16 kHz: 6.5 and 9.5 kHz, where the image of
 * 6.5 kHz lies). Above 1 the output has the lower Nyquist frequency, so kernels are stretched by `ratio` and
 * have as many more taps.
 */

/** Taps of the kernel that does not decimate. */
const TAPS = 32;
/** Phases per input sample: 256 leave an interpolation error of -98 dB at 6.5 kHz of 16 kHz. */
const PHASES = 256;
/** Kaiser's beta for a stop band of 90 dB, which 32 taps reach over the transition of 3 kHz in 16. */
const KAISER_BETA = 0.1102 * (90 - 8.7);

/** Stretches in half octaves, so that at most half an octave of the output's band is lost. */
const RATIOS = Array.from({ length: 9 }, (_, i) => 2 ** (i / 2));

/** The largest step that is read without aliasing: an octave above 84 played at 127, at 44.1 kHz. */
export const MAX_STEP = RATIOS[RATIOS.length - 1];

export interface ResamplingKernel {
  /** The largest step it is made for. */
  readonly ratio: number;
  /** A multiple of 4. Position p reads input samples floor(p) - taps / 2 + 1 to floor(p) + taps / 2. */
  readonly taps: number;
  readonly phases: number;
  /** [phases + 1, taps], row-major; each row sums to 1. */
  readonly table: Float64Array;
}

/** Samples that the widest kernel reads to either side of a position. */
export const MAX_REACH = (Math.ceil((TAPS * MAX_STEP) / 4) * 4) / 2;

/** Modified Bessel function of the first kind, order 0. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** The windowed sinc at `x` input samples from its centre, before normalisation. */
function windowedSinc(x: number): number {
  const t = x / (TAPS / 2);
  if (Math.abs(t) >= 1) return 0;
  const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  return (sinc * besselI0(KAISER_BETA * Math.sqrt(1 - t * t))) / besselI0(KAISER_BETA);
}

/** One half of the prototype, `PHASES` values per input sample, and a zero after the last. */
function createPrototype(): Float64Array {
  const prototype = new Float64Array((TAPS / 2) * PHASES + 2);
  for (let i = 0; i < prototype.length; i++) prototype[i] = windowedSinc(i / PHASES);
  return prototype;
}

function createKernel(ratio: number, prototype: Float64Array): ResamplingKernel {
  const taps = Math.ceil((TAPS * ratio) / 4) * 4;
  const phases = Math.ceil(PHASES / ratio);
  const table = new Float64Array((phases + 1) * taps);
  for (let phase = 0; phase <= phases; phase++) {
    const row = table.subarray(phase * taps, (phase + 1) * taps);
    for (let tap = 0; tap < taps; tap++) {
      // Between its points the prototype is as near to linear as between the phases of the first kernel.
      const x = (Math.abs(tap - taps / 2 + 1 - phase / phases) / ratio) * PHASES;
      const i = Math.floor(x);
      row[tap] = i + 1 < prototype.length ? prototype[i] + (x - i) * (prototype[i + 1] - prototype[i]) : 0;
    }
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) sum += row[tap];
    for (let tap = 0; tap < taps; tap++) row[tap] /= sum;
  }
  return { ratio, taps, phases, table };
}

/** All kernels, the widest last; 600 kB. Made once, outside of `process()`. */
export function createKernels(): readonly ResamplingKernel[] {
  const prototype = createPrototype();
  return RATIOS.map((ratio) => createKernel(ratio, prototype));
}

/** The reading position of a note. The object's fields change in place, so that nothing is allocated per call. */
export interface ReadPosition {
  /** In samples of the input, fractional. */
  position: number;
  /** Input samples per output sample; changed by `stepSlope` after each output sample. */
  step: number;
  stepSlope: number;
  /** Factor of what is written. */
  gain: number;
}

/**
 * Reads `data` from `at.position` on and writes to `out[from]` and on, until `to` or until the position
 * reaches `limit`. `at` is advanced. Allocates nothing.
 *
 * @param base index in `data` of input sample 0
 * @param limit input sample, whole
 * @returns one past the last index written
 */
export function resample(
  kernels: readonly ResamplingKernel[],
  at: ReadPosition,
  data: Float32Array,
  base: number,
  limit: number,
  out: Float32Array,
  from: number,
  to: number,
): number {
  let { position, step } = at;
  const { stepSlope, gain } = at;
  const largest = Math.max(step, step + stepSlope * (to - from));
  let level = 0;
  while (level < kernels.length - 1 && kernels[level].ratio < largest) level++;
  const { taps, phases, table } = kernels[level];
  const first = base - taps / 2 + 1;

  let i = from;
  while (i < to && position < limit) {
    const whole = Math.floor(position);
    const phase = (position - whole) * phases;
    const row = Math.floor(phase);
    let a = row * taps;
    let b = a + taps;
    let left0 = 0;
    let left1 = 0;
    let right0 = 0;
    let right1 = 0;
    const start = first + whole;
    for (let k = start; k < start + taps; k += 4) {
      const x0 = data[k];
      const x1 = data[k + 1];
      const x2 = data[k + 2];
      const x3 = data[k + 3];
      left0 += x0 * table[a] + x1 * table[a + 1];
      left1 += x2 * table[a + 2] + x3 * table[a + 3];
      right0 += x0 * table[b] + x1 * table[b + 1];
      right1 += x2 * table[b + 2] + x3 * table[b + 3];
      a += 4;
      b += 4;
    }
    const left = left0 + left1;
    out[i++] = gain * (left + (phase - row) * (right0 + right1 - left));
    position += step;
    step += stepSlope;
  }
  at.position = position;
  at.step = step;
  return i;
}
