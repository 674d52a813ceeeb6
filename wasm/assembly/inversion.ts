/**
 * Image to audio (magenta/models/gansynth/lib/specgrams_helper.py): de-normalise, mel to linear by a sparse matrix, sum the
 * instantaneous frequency to phase, inverse real FFT of 2048, overlap-add with hop 512. With rounds of refinement phases are locked to
 * peaks first, and those of the sound are taken in each round (src/ops/gansynth/refinement.ts says why, and whose idea it is).
 *
 * Four frames at a time, one in each SIMD lane. The mel matrix is applied to the frequency before it is summed, not to the
 * sum: both are linear, and this way the phase can be wrapped in every frame and stays exact in float32.
 */
import { cosineAndSine, exp4 } from './math';
import { fma } from './simd';
import { fft1024 } from './fft';

const BINS: usize = 1024;
const FRAMES: usize = 128;
const FFT_SIZE: usize = 2048;
const HOP: usize = 512;
const FRONT: usize = 3072;
const SAMPLES: usize = 64000;
const OVERLAP_LENGTH: usize = FFT_SIZE + (FRAMES - 1) * HOP;
const ENTRIES: usize = 2048;
// The attack has more rounds of refinement than what is held (src/ops/gansynth/refinement.ts).
const ATTACK_FRAMES: usize = 12;
const ATTACK_LENGTH: usize = FFT_SIZE + (ATTACK_FRAMES - 1) * HOP;
const ATTACK_ROUNDS: i32 = 6;

const MAGNITUDE_SCALE: f32 = 0.0661371661726;
const MAGNITUDE_OFFSET: f32 = 0.113718730221;
const FREQUENCY_SCALE: f32 = 0.8;
const FLOOR: f32 = 1e-6;

// Tables and buffers, as byte offsets from `tables`.
const ROWS: usize = 0; // [1025] i32: first entry of each linear bin
const BANDS: usize = ROWS + 1028 * 4; // [2048] i32: byte offset of the mel band's lanes
const WEIGHTS: usize = BANDS + ENTRIES * 4; // [2048] f32
const WINDOW: usize = WEIGHTS + ENTRIES * 4; // [2048] f32: Hann / 1.5 / 2048
const TURNS: usize = WINDOW + FFT_SIZE * 4; // [1024] {cos, sin} f32 of 2 pi k / 1024
const HALF_TURNS: usize = TURNS + BINS * 8; // [1024] {cos, sin} of 2 pi k / 2048
const CARRY: usize = HALF_TURNS + BINS * 8; // [1024] f32: phase so far, in half turns
const POWER: usize = CARRY + BINS * 4; // [1024][4]
const FREQUENCY: usize = POWER + BINS * 16; // [1024][4]
const SPECTRUM: usize = FREQUENCY + BINS * 16; // [1025] {real[4], imaginary[4]}
const BUFFER: usize = SPECTRUM + (BINS + 1) * 32; // [1024] {real[4], imaginary[4]}
const SUM: usize = BUFFER + BINS * 32; // [67072] f32
const PHASES: usize = SUM + OVERLAP_LENGTH * 4; // [1024][4], half turns
const MAGNITUDES: usize = PHASES + BINS * 16; // [1024][4] of four frames, and of all of them where there are rounds
const NEXT_SUM: usize = MAGNITUDES + FRAMES * BINS * 4; // [67072] f32: what a round adds up
const ATTACK: usize = NEXT_SUM + OVERLAP_LENGTH * 4; // [7680] f32: what the first frames add up
const EDGES: usize = SUM; // while tables are made: [1026] f64 edges, [1024] f64 column sums
// While phases are locked the buffer of the transform is free: the nearest peak below, how far it is and which phase it has.
const DISTANCES: usize = BUFFER; // [1024][4] f32
const NEAREST: usize = BUFFER + BINS * 16; // [1024][4]
const LOCKED: f32 = 3;

/** How much `tables` takes, with or without rounds of refinement. */
export function inversionBytes(refined: bool): usize {
  return refined ? ATTACK + ATTACK_LENGTH * 4 : MAGNITUDES + BINS * 16;
}

function hzToMel(hz: f64): f64 {
  return 1127.0 * Math.log1p(hz / 700.0);
}

function melToHz(mel: f64): f64 {
  return 700.0 * Math.expm1(mel / 1127.0);
}

/** Weight of linear bin `k` in mel band `i`: a triangle, linear in Hz. */
function melWeight(hz: usize, k: usize, i: usize): f64 {
  if (k == 0) return 0;
  const f = (<f64>k * 8000.0) / 1023.0;
  const low = load<f64>(hz + (i << 3));
  const centre = load<f64>(hz + (i << 3), 8);
  const high = load<f64>(hz + (i << 3), 16);
  return max<f64>(0, min<f64>((f - low) / (centre - low), (high - f) / (high - centre)));
}

/** Fills the tables at `tables`. The mel edges are widened in place, each moving its neighbours': that is what was trained. */
export function prepareInversion(tables: usize): void {
  const edges = tables + EDGES;
  const sums = edges + 1026 * 8;
  const step = hzToMel(8000) / 1025.0;
  for (let i: usize = 0; i < 1026; i++) store<f64>(edges + (i << 3), <f64>i * step);
  const narrowest = (1.5 * 8000.0) / 1024.0;
  for (let i: usize = 0; i < BINS; i++) {
    const at = edges + (i << 3);
    if (melToHz(load<f64>(at, 16)) - melToHz(load<f64>(at)) >= narrowest) continue;
    const centre = load<f64>(at, 8);
    const r = (0.5 * narrowest) / (melToHz(centre) + 700.0);
    const d = 1127.0 * Math.log(r + Math.sqrt(1.0 + r * r));
    store<f64>(at, centre - d);
    store<f64>(at, centre + d, 16);
  }
  for (let i: usize = 0; i < 1026; i++) store<f64>(edges + (i << 3), melToHz(load<f64>(edges + (i << 3))));

  for (let i: usize = 0; i < BINS; i++) {
    let sum: f64 = 0;
    for (let k: usize = 1; k < BINS; k++) sum += melWeight(edges, k, i);
    store<f64>(sums + (i << 3), sum);
  }
  let entry: usize = 0;
  for (let k: usize = 0; k < BINS; k++) {
    store<i32>(tables + ROWS + (k << 2), <i32>entry);
    const first = entry;
    let power: f64 = 0;
    for (let i: usize = 0; i < BINS; i++) {
      const weight = melWeight(edges, k, i);
      if (weight == 0) continue;
      power += weight * load<f64>(sums + (i << 3));
      store<i32>(tables + BANDS + (entry << 2), <i32>(i << 4));
      store<f32>(tables + WEIGHTS + (entry << 2), <f32>weight);
      entry++;
    }
    const scale: f64 = power > 1e-8 ? 1.0 / power : 1.0;
    for (let e = first; e < entry; e++) {
      const at = tables + WEIGHTS + (e << 2);
      store<f32>(at, <f32>(<f64>load<f32>(at) * scale));
    }
  }
  store<i32>(tables + ROWS + (BINS << 2), <i32>entry);

  for (let n: usize = 0; n < FFT_SIZE; n++) {
    const hann = 0.5 - 0.5 * Math.cos((2.0 * Math.PI * <f64>n) / 2048.0);
    store<f32>(tables + WINDOW + (n << 2), <f32>(hann / 1.5 / 2048.0));
  }
  for (let k: usize = 0; k < BINS; k++) {
    const turn = (2.0 * Math.PI * <f64>k) / 1024.0;
    store<f32>(tables + TURNS + (k << 3), <f32>Math.cos(turn));
    store<f32>(tables + TURNS + (k << 3), <f32>Math.sin(turn), 4);
    store<f32>(tables + HALF_TURNS + (k << 3), <f32>Math.cos(0.5 * turn));
    store<f32>(tables + HALF_TURNS + (k << 3), <f32>Math.sin(0.5 * turn), 4);
  }
}

/** [128, 1024, 2] at `image` to 64000 samples at `audio`, with so many rounds of refinement. */
export function invert(image: usize, tables: usize, rounds: i32, audio: usize): void {
  const sum = tables + SUM;
  memory.fill(tables + CARRY, 0, BINS * 4);
  memory.fill(sum, 0, OVERLAP_LENGTH * 4);
  if (rounds == 0) {
    for (let frame: usize = 0; frame < FRAMES; frame += 4) {
      denormalise(image + frame * BINS * 8, tables);
      linear(tables, tables + MAGNITUDES);
      polar(tables, tables + MAGNITUDES);
      synthesise(tables, sum + frame * HOP * 4);
    }
    memory.copy(audio, sum + FRONT * 4, SAMPLES * 4);
    return;
  }
  // The attack is added up by itself: it has more rounds, for which the rest stays as it is.
  const attack = tables + ATTACK;
  memory.fill(attack, 0, ATTACK_LENGTH * 4);
  for (let frame: usize = 0; frame < FRAMES; frame += 4) {
    const magnitudes = tables + MAGNITUDES + frame * BINS * 4;
    denormalise(image + frame * BINS * 8, tables);
    linear(tables, magnitudes);
    lockPhases(tables, magnitudes);
    polar(tables, magnitudes);
    synthesise(tables, (frame < ATTACK_FRAMES ? attack : sum) + frame * HOP * 4);
  }
  const next = tables + NEXT_SUM;
  for (let round = 0; round < ATTACK_ROUNDS * rounds; round++) {
    add(attack, sum, next, ATTACK_LENGTH);
    memory.fill(attack, 0, ATTACK_LENGTH * 4);
    refine(tables, next, attack, ATTACK_FRAMES);
  }
  add(attack, sum, sum, ATTACK_LENGTH);
  let heard = sum;
  let other = next;
  for (let round = 0; round < rounds; round++) {
    memory.fill(other, 0, OVERLAP_LENGTH * 4);
    refine(tables, heard, other, FRAMES);
    const swap = heard;
    heard = other;
    other = swap;
  }
  memory.copy(audio, heard + FRONT * 4, SAMPLES * 4);
}

/** A round of the first frames: the phases of the sound at `heard`, with the magnitudes that are wanted, as sound at `to`. */
function refine(tables: usize, heard: usize, to: usize, frames: usize): void {
  // What sounds before the note is no part of it, and is not analysed.
  memory.fill(heard, 0, FRONT * 4);
  for (let frame: usize = 0; frame < frames; frame += 4) {
    const at = frame * HOP * 4;
    analyse(heard + at, tables, tables + MAGNITUDES + frame * BINS * 4);
    synthesise(tables, to + at);
  }
}

/** Floats at `a` and `b`, added, to `to`. */
function add(a: usize, b: usize, to: usize, length: usize): void {
  for (let at: usize = 0; at < length << 2; at += 16)
    v128.store(to + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
}

/** Four spectra to sound that is added at `to`. */
function synthesise(tables: usize, to: usize): void {
  mixForRealTransform(tables);
  overlapAdd(fft1024(tables + BUFFER, tables + SPECTRUM, tables + TURNS), tables, to);
}

/** Four frames of the image to mel power and frequency (half turns a hop), one frame a lane. */
function denormalise(image: usize, tables: usize): void {
  const scale = f32x4.splat(<f32>1 / MAGNITUDE_SCALE);
  const shift = f32x4.splat(-MAGNITUDE_OFFSET / MAGNITUDE_SCALE);
  const unit = f32x4.splat(<f32>1 / FREQUENCY_SCALE);
  const line = BINS * 8;
  for (let m: usize = 0; m < BINS; m++) {
    const at = image + (m << 3);
    const ab = v128.load64_lane(at + line, v128.load64_zero(at), 1);
    const cd = v128.load64_lane(at + 3 * line, v128.load64_zero(at + 2 * line), 1);
    const magnitude = v128.shuffle<f32>(ab, cd, 0, 2, 4, 6);
    const frequency = v128.shuffle<f32>(ab, cd, 1, 3, 5, 7);
    v128.store(tables + POWER + (m << 4), exp4(fma(magnitude, scale, shift)));
    v128.store(tables + FREQUENCY + (m << 4), f32x4.mul(frequency, unit));
  }
}

/** Mel to linear: magnitudes, and phases, which are summed over the lanes and from group to group. */
function linear(tables: usize, magnitudes: usize): void {
  for (let k: usize = 0; k < BINS; k++) {
    let power = f32x4.splat(FLOOR);
    let step = f32x4.splat(0);
    const last = load<i32>(tables + ROWS + (k << 2), 4);
    for (let e = load<i32>(tables + ROWS + (k << 2)); e < last; e++) {
      const weight = v128.load32_splat(tables + WEIGHTS + (<usize>e << 2));
      const band = <usize>load<i32>(tables + BANDS + (<usize>e << 2));
      power = fma(weight, v128.load(tables + POWER + band), power);
      step = fma(weight, v128.load(tables + FREQUENCY + band), step);
    }
    // Sums over the lanes: one lane on, then two.
    const zero = f32x4.splat(0);
    step = f32x4.add(step, v128.shuffle<f32>(zero, step, 0, 4, 5, 6));
    step = f32x4.add(step, v128.shuffle<f32>(zero, step, 0, 1, 4, 5));
    let phase = f32x4.add(step, v128.load32_splat(tables + CARRY + (k << 2)));
    phase = f32x4.sub(phase, f32x4.mul(f32x4.splat(2), f32x4.nearest(f32x4.mul(phase, f32x4.splat(0.5)))));
    store<f32>(tables + CARRY + (k << 2), f32x4.extract_lane(phase, 3));
    v128.store(tables + PHASES + (k << 4), phase);
    v128.store(magnitudes + (k << 4), f32x4.sqrt(power));
  }
}

/** Bins near a peak take its phase, half a turn further for each bin on the way: from below first, then from above where that is nearer. */
function lockPhases(tables: usize, magnitudes: usize): void {
  const one = f32x4.splat(1);
  let distance = f32x4.splat(LOCKED + 1);
  let nearest = f32x4.splat(0);
  for (let k: usize = 0; k < BINS; k++) {
    const peak = isPeak(magnitudes, k);
    distance = v128.andnot(f32x4.add(distance, one), peak);
    nearest = v128.bitselect(v128.load(tables + PHASES + (k << 4)), nearest, peak);
    v128.store(tables + DISTANCES + (k << 4), distance);
    v128.store(tables + NEAREST + (k << 4), nearest);
  }
  distance = f32x4.splat(LOCKED + 1);
  for (let k: usize = BINS; k-- > 0; ) {
    const at = tables + PHASES + (k << 4);
    const phase = v128.load(at);
    const below = v128.load(tables + DISTANCES + (k << 4));
    const peak = f32x4.eq(below, f32x4.splat(0));
    distance = v128.andnot(f32x4.add(distance, one), peak);
    nearest = v128.bitselect(phase, nearest, peak);
    const isBelow = f32x4.le(below, distance);
    const far = v128.bitselect(below, distance, isBelow);
    const followed = f32x4.add(far, v128.bitselect(v128.load(tables + NEAREST + (k << 4)), nearest, isBelow));
    v128.store(at, v128.bitselect(followed, phase, f32x4.le(far, f32x4.splat(LOCKED))));
  }
}

/** Lanes whose magnitude is no smaller than those of two bins on either side. */
// @ts-ignore: decorator
@inline
function isPeak(magnitudes: usize, k: usize): v128 {
  const own = v128.load(magnitudes + (k << 4));
  const last = BINS - 1;
  const around = f32x4.pmax(
    f32x4.pmax(
      v128.load(magnitudes + ((k > 1 ? k - 2 : 0) << 4)),
      v128.load(magnitudes + ((k > 0 ? k - 1 : 0) << 4)),
    ),
    f32x4.pmax(v128.load(magnitudes + (min(k + 1, last) << 4)), v128.load(magnitudes + (min(k + 2, last) << 4))),
  );
  return f32x4.ge(own, around);
}

/** Bins 1 to 1024 of the spectrum of magnitudes and phases. */
function polar(tables: usize, magnitudes: usize): void {
  v128.store(tables + SPECTRUM, f32x4.splat(0));
  v128.store(tables + SPECTRUM, f32x4.splat(0), 16);
  for (let k: usize = 0; k < BINS; k++) {
    const phase = v128.load(tables + PHASES + (k << 4));
    cosineAndSine(phase, v128.load(magnitudes + (k << 4)), tables + SPECTRUM + ((k + 1) << 5));
  }
  // The imaginary part of the highest bin means nothing to a real signal.
  v128.store(tables + SPECTRUM + (BINS << 5), f32x4.splat(0), 16);
}

/** The spectra of four frames of the sound at `from`, with the magnitudes that are wanted. */
function analyse(from: usize, tables: usize, magnitudes: usize): void {
  // The inverse transform of numbers whose parts are exchanged is the forward one, exchanged. After its five passes it lies in the other buffer.
  const spectrum = tables + SPECTRUM;
  for (let n: usize = 0; n < BINS; n++) {
    const to = spectrum + (n << 5);
    const window = tables + WINDOW + (n << 3);
    for (let lane: usize = 0; lane < 4; lane++) {
      const at = from + lane * HOP * 4 + (n << 3);
      store<f32>(to + (lane << 2), load<f32>(at, 4) * load<f32>(window, 4));
      store<f32>(to + (lane << 2), load<f32>(at) * load<f32>(window), 16);
    }
  }
  const z = fft1024(spectrum, tables + BUFFER, tables + TURNS);
  v128.store(spectrum, f32x4.splat(0));
  v128.store(spectrum, f32x4.splat(0), 16);
  for (let k: usize = 1; k < BINS; k++) {
    // 2 X[k] = Z[k] + Z*[N - k] - i e^(-2 pi i k / 2N) (Z[k] - Z*[N - k])
    const a = z + (k << 5);
    const b = z + ((BINS - k) << 5);
    const ar = v128.load(a, 16);
    const ai = v128.load(a);
    const br = v128.load(b, 16);
    const bi = f32x4.neg(v128.load(b));
    const cosine = v128.load32_splat(tables + HALF_TURNS + (k << 3));
    const sine = v128.load32_splat(tables + HALF_TURNS + (k << 3), 4);
    const dr = f32x4.sub(ar, br);
    const di = f32x4.sub(ai, bi);
    const xr = f32x4.add(f32x4.add(ar, br), f32x4.sub(f32x4.mul(di, cosine), f32x4.mul(dr, sine)));
    const xi = f32x4.sub(f32x4.add(ai, bi), f32x4.add(f32x4.mul(dr, cosine), f32x4.mul(di, sine)));
    scaled(xr, xi, v128.load(magnitudes + ((k - 1) << 4)), spectrum + (k << 5));
  }
  const highest = f32x4.sub(v128.load(z, 16), v128.load(z));
  scaled(highest, f32x4.splat(0), v128.load(magnitudes + ((BINS - 1) << 4)), spectrum + (BINS << 5));
}

/** Stores numbers of the phases of (re, im) and of other magnitudes. */
// @ts-ignore: decorator
@inline
function scaled(re: v128, im: v128, magnitude: v128, to: usize): void {
  const power = f32x4.add(f32x4.mul(re, re), f32x4.mul(im, im));
  const scale = f32x4.div(magnitude, f32x4.sqrt(f32x4.pmax(power, f32x4.splat(1e-30))));
  v128.store(to, f32x4.mul(re, scale));
  v128.store(to, f32x4.mul(im, scale), 16);
}

/** Half a complex transform does for a real one: Z[k] = X[k] + X*[N - k] + i e^(2 pi i k / 2N) (X[k] - X*[N - k]). */
function mixForRealTransform(tables: usize): void {
  for (let k: usize = 0; k < BINS; k++) {
    const a = tables + SPECTRUM + (k << 5);
    const b = tables + SPECTRUM + ((BINS - k) << 5);
    const ar = v128.load(a);
    const ai = v128.load(a, 16);
    const br = v128.load(b);
    const bi = f32x4.neg(v128.load(b, 16));
    const cosine = v128.load32_splat(tables + HALF_TURNS + (k << 3));
    const sine = v128.load32_splat(tables + HALF_TURNS + (k << 3), 4);
    const dr = f32x4.sub(ar, br);
    const di = f32x4.sub(ai, bi);
    const or = f32x4.sub(f32x4.mul(dr, cosine), f32x4.mul(di, sine));
    const oi = f32x4.add(f32x4.mul(dr, sine), f32x4.mul(di, cosine));
    const to = tables + BUFFER + (k << 5);
    v128.store(to, f32x4.sub(f32x4.add(ar, br), oi));
    v128.store(to, f32x4.add(f32x4.add(ai, bi), or), 16);
  }
}

/** `z` holds samples 2n and 2n + 1 of four frames as real and imaginary parts. */
function overlapAdd(z: usize, tables: usize, to: usize): void {
  for (let lane: usize = 0; lane < 4; lane++, to += HOP * 4) {
    for (let n: usize = 0; n < FFT_SIZE; n++) {
      const at = to + (n << 2);
      const sample = load<f32>(z + (n << 4) + (lane << 2));
      store<f32>(at, load<f32>(at) + sample * load<f32>(tables + WINDOW + (n << 2)));
    }
  }
}
