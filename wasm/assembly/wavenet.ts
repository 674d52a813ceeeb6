/**
 * NSynth's decoder, sample by sample: a WaveNet whose dilated convolutions remember their inputs in rings, so that a sample costs one
 * pass over the weights ("fastgen", magenta/models/nsynth/wavenet). Voices go in lockstep and share each reading of the weights.
 * A pass may draw several samples, one after the other, each from a head of its own that knows those before it (src/ops/nsynth/wavenet.ts).
 * Records and layouts are those of src/ops/nsynth/wasm-decoder.ts; vectors of voices lie one behind the other.
 */
import { sigmoid4 } from './cell';
import { exp4, tanh4 } from './math';
import { multiplyAdd, multiplyAddInt16, repeat } from './products';
import { multiplyAddInt8 } from './products-int8';
import { add } from './simd';

@unmanaged
class Layer {
  /** The matrix of all taps, the oldest first, to gates and filters. */
  dilated: usize;
  /** The matrix to the residual and to the skip sum, side by side. */
  mixed: usize;
  mixedBias: usize;
  /** The matrix from a frame's embedding to gates and filters, and its bias together with that of `dilated`. */
  conditioning: usize;
  conditioningBias: usize;
  /** [voices][gates] the sums that this frame begins with. */
  condition: usize;
  /** [slots][voices][width] past inputs; slots = (taps - 1) * dilation. */
  ring: usize;
  slots: i32;
  dilation: i32;
  /** The slot of the present sample. */
  slot: i32;
}

@unmanaged
class Decoder {
  /** 0 float32, 1 int16, 2 int8: how the matrices of layers and head are held. */
  precision: i32;
  /** Voices that there is room for. */
  capacity: i32;
  taps: i32;
  levels: i32;
  layers: i32;
  firstLayer: usize;
  /** Samples of a step. */
  perStep: i32;
  /** The place of the next sample in its step. */
  place: i32;
  /** Bytes of padded vectors: an embedding, the levels of the last `taps` steps, a residual, gates with filters, residual with skip, skip. */
  embeddingBytes: i32;
  historyBytes: i32;
  widthBytes: i32;
  gateBytes: i32;
  mixedBytes: i32;
  skipBytes: i32;
  /** As rows of whole panels. */
  outBytes: i32;
  logitBytes: i32;
  /** startconv beside its product with skip_start. */
  start: usize;
  startBias: usize;
  out: usize;
  outConditioning: usize;
  outConditioningBias: usize;
  outCondition: usize;
  /** [perStep] addresses of the matrix of each head, and of its bias. */
  heads: usize;
  /** [perStep - 1][levels] rows of `skipBytes`, the farthest sample first. */
  earlier: usize;
  /** [voices] vectors. */
  embedding: usize;
  history: usize;
  taken: usize;
  gates: usize;
  gated: usize;
  sums: usize;
  hidden: usize;
  hiddenOut: usize;
  logits: usize;
  scratch: usize;
  /** [voices][perStep] classes of the present step, a byte each. */
  drawn: usize;
  /** [voices] states of the random numbers, uint32. */
  randoms: usize;
  /** [voices][chunk] classes, a byte each: read when they are given, else written. */
  classes: usize;
  chunk: i32;
  /** [voices][chunk] nats, float64. */
  logProbabilities: usize;
  /** Numbers of a step's carrier, and [voices][chunk] carriers of the steps that begin in this call: they stand behind the levels. */
  carried: i32;
  carriers: usize;
  /** [levels] the sample of each class, ascending. */
  values: usize;
}

// @ts-ignore: decorator
@inline
function multiply(d: Decoder, matrix: usize, x: usize, voices: i32, y: usize): void {
  if (d.precision == 0) multiplyAdd(matrix, x, voices, y);
  else if (d.precision == 1) multiplyAddInt16(matrix, x, voices, y, d.scratch);
  else multiplyAddInt8(matrix, x, voices, y, d.scratch);
}

// @ts-ignore: decorator
@inline
function layerAt(d: Decoder, index: i32): Layer {
  return changetype<Layer>(d.firstLayer + <usize>index * offsetof<Layer>());
}

/** Computes what all samples of a frame have in common, from `embedding`. */
export function condition(decoder: usize, voices: i32): void {
  const d = changetype<Decoder>(decoder);
  for (let i = 0; i < d.layers; i++) {
    const layer = layerAt(d, i);
    repeat(layer.conditioningBias, d.gateBytes, voices, layer.condition);
    multiplyAdd(layer.conditioning, d.embedding, voices, layer.condition);
  }
  repeat(d.outConditioningBias, d.outBytes, voices, d.outCondition);
  multiplyAdd(d.outConditioning, d.embedding, voices, d.outCondition);
}

/**
 * Computes samples of the first `voices` voices within one frame.
 * @param samples at most `chunk`
 * @param given whether the levels are those of `classes`; else they are drawn at `temperature`, 0 taking the likeliest
 * @param spread brings what is drawn so near to the mean of all that may be drawn; 1 leaves it there
 * @param score whether the log-probability of each level is written
 */
export function decode(
  decoder: usize, voices: i32, samples: i32, given: bool, temperature: f64, spread: f64, score: bool,
): void {
  const d = changetype<Decoder>(decoder);
  let begun = 0;
  for (let i = 0; i < samples; i++) {
    const place = d.place;
    if (place == 0) {
      carry(d, voices, begun++);
      computeHidden(d, voices);
    }
    computeLogits(d, voices, place);
    d.place = place + 1 < d.perStep ? place + 1 : 0;
    for (let voice = 0; voice < voices; voice++) {
      const logits = d.logits + <usize>(voice * d.logitBytes);
      const at = voice * d.chunk + i;
      let chosen: i32;
      if (given) chosen = load<u8>(d.classes + at);
      else if (temperature == 0) chosen = likeliest(logits, d.levels);
      else chosen = draw(d, logits, temperature, spread, d.randoms + <usize>voice * 4);
      if (score) {
        store<f64>(d.logProbabilities + <usize>at * 8, logProbability(logits, d.levels, chosen));
      }
      if (!given) store<u8>(d.classes + at, <u8>chosen);
      store<u8>(d.drawn + <usize>(voice * d.perStep + place), <u8>chosen);
      remember(d, voice, chosen);
    }
  }
}

/** Puts the carriers of a step behind the levels of those before it. */
function carry(d: Decoder, voices: i32, step: i32): void {
  const bytes = <usize>d.carried * 4;
  const behind = <usize>(d.taps * d.perStep) * 4;
  for (let voice = 0; voice < voices; voice++) {
    const from = d.carriers + <usize>(voice * d.chunk + step) * bytes;
    memory.copy(d.history + <usize>(voice * d.historyBytes) + behind, from, bytes);
  }
}

/** Computes what all samples of a step have in common, from the steps before it. */
function computeHidden(d: Decoder, voices: i32): void {
  const width = <usize>d.widthBytes;
  const mixedBytes = <usize>d.mixedBytes;
  const sums = d.sums;
  repeat(d.startBias, d.mixedBytes, voices, sums);
  multiplyAdd(d.start, d.history, voices, sums);
  for (let i = 0; i < d.layers; i++) {
    const layer = layerAt(d, i);
    take(d, layer, voices);
    memory.copy(d.gates, layer.condition, <usize>(voices * d.gateBytes));
    multiply(d, layer.dilated, d.taken, voices, d.gates);
    for (let voice: usize = 0; voice < <usize>voices; voice++) {
      gate(d.gates + voice * <usize>d.gateBytes, width, d.gated + voice * width);
      addTo(sums + voice * mixedBytes, layer.mixedBias, mixedBytes);
    }
    multiply(d, layer.mixed, d.gated, voices, sums);
  }
  const skip = <usize>d.skipBytes;
  for (let voice: usize = 0; voice < <usize>voices; voice++) {
    rectify(sums + voice * mixedBytes + width, skip, d.hidden + voice * skip);
  }
  memory.copy(d.hiddenOut, d.outCondition, <usize>(voices * d.outBytes));
  multiply(d, d.out, d.hidden, voices, d.hiddenOut);
}

/** The logits of the sample at a place of the step, which knows what was drawn before it there. */
function computeLogits(d: Decoder, voices: i32, place: i32): void {
  const skip = <usize>d.skipBytes;
  for (let voice = 0; voice < voices; voice++) {
    const hidden = d.hidden + <usize>voice * skip;
    memory.copy(hidden, d.hiddenOut + <usize>(voice * d.outBytes), skip);
    for (let before = 0; before < place; before++) {
      const drawn = <i32>load<u8>(d.drawn + <usize>(voice * d.perStep + before));
      const row = (d.perStep - 1 - place + before) * d.levels + drawn;
      addTo(hidden, d.earlier + <usize>row * skip, skip);
    }
    rectify(hidden, skip, hidden);
  }
  const head = d.heads + <usize>place * 8;
  repeat(load<usize>(head, 4), d.logitBytes, voices, d.logits);
  multiply(d, load<usize>(head), d.hidden, voices, d.logits);
}

/** Puts the inputs of all taps together, and the newest into the ring. */
function take(d: Decoder, layer: Layer, voices: i32): void {
  const width = <usize>d.widthBytes;
  const slotBytes = <usize>d.capacity * width;
  const newest = (<usize>d.taps - 1) * width;
  let to = d.taken;
  for (let lag = (d.taps - 1) * layer.dilation; lag > 0; lag -= layer.dilation, to += width) {
    let slot = layer.slot - lag;
    if (slot < 0) slot += layer.slots;
    const from = layer.ring + <usize>slot * slotBytes;
    for (let voice: usize = 0; voice < <usize>voices; voice++) {
      memory.copy(to + voice * (newest + width), from + voice * width, width);
    }
  }
  const present = layer.ring + <usize>layer.slot * slotBytes;
  for (let voice: usize = 0; voice < <usize>voices; voice++) {
    const sums = d.sums + voice * <usize>d.mixedBytes;
    memory.copy(d.taken + voice * (newest + width) + newest, sums, width);
    if (layer.slots > 0) memory.copy(present + voice * width, sums, width);
  }
  layer.slot = layer.slot + 1 < layer.slots ? layer.slot + 1 : 0;
}

/** sigmoid of the first half times tanh of the second. */
// @ts-ignore: decorator
@inline
function gate(gates: usize, bytes: usize, to: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    const open = sigmoid4(v128.load(gates + at));
    v128.store(to + at, f32x4.mul(open, tanh4(v128.load(gates + bytes + at))));
  }
}

// @ts-ignore: decorator
@inline
function addTo(x: usize, y: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) v128.store(x + at, add(v128.load(x + at), v128.load(y + at)));
}

// @ts-ignore: decorator
@inline
function rectify(x: usize, bytes: usize, to: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(to + at, f32x4.pmax(f32x4.splat(0), v128.load(x + at)));
  }
}

function likeliest(logits: usize, levels: i32): i32 {
  let best = 0;
  for (let k = 1; k < levels; k++) {
    if (load<f32>(logits + <usize>k * 4) > load<f32>(logits + <usize>best * 4)) best = k;
  }
  return best;
}

/** The first level whose cumulative probability at the temperature reaches a random number, brought nearer to the mean by `spread`. */
function draw(d: Decoder, logits: usize, temperature: f64, spread: f64, random: usize): i32 {
  const levels = d.levels;
  const weights = d.scratch;
  const total = exponentials(logits, levels, <f32>(1 / temperature), weights);
  const wanted = nextRandom(random) * total;
  let sum: f64 = 0;
  let drawn = 0;
  for (; drawn < levels - 1; drawn++) {
    sum += <f64>load<f32>(weights + <usize>drawn * 4);
    if (sum >= wanted) break;
  }
  if (spread == 1) return drawn;
  let mean: f64 = 0;
  for (let k = 0; k < levels; k++) mean += <f64>load<f32>(weights + <usize>k * 4) * valueOf(d, k);
  mean /= total;
  return nearest(d, mean + spread * (valueOf(d, drawn) - mean));
}

// @ts-ignore: decorator
@inline
function valueOf(d: Decoder, level: i32): f64 {
  return <f64>load<f32>(d.values + <usize>level * 4);
}

/** The level whose sample lies nearest. */
function nearest(d: Decoder, sample: f64): i32 {
  let low = 0;
  let high = d.levels - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sample <= (valueOf(d, middle) + valueOf(d, middle + 1)) / 2) high = middle;
    else low = middle + 1;
  }
  return low;
}

function logProbability(logits: usize, levels: i32, chosen: i32): f64 {
  const largest = <f64>load<f32>(logits + <usize>likeliest(logits, levels) * 4);
  let total: f64 = 0;
  for (let k = 0; k < levels; k++) total += Math.exp(<f64>load<f32>(logits + <usize>k * 4) - largest);
  return <f64>load<f32>(logits + <usize>chosen * 4) - largest - Math.log(total);
}

/** Writes e^((logit - largest) factor) of each level. @returns their sum */
function exponentials(logits: usize, levels: i32, factor: f32, to: usize): f64 {
  const largest = f32x4.splat(load<f32>(logits + <usize>likeliest(logits, levels) * 4));
  const bytes = <usize>levels * 4;
  const factors = f32x4.splat(factor);
  // Beyond it the exponent of a float32 ends; nothing so unlikely is ever drawn.
  const least = f32x4.splat(-87);
  for (let at: usize = 0; at < bytes; at += 16) {
    const x = f32x4.mul(f32x4.sub(v128.load(logits + at), largest), factors);
    v128.store(to + at, exp4(f32x4.pmax(least, x)));
  }
  let total: f64 = 0;
  for (let at: usize = 0; at < bytes; at += 4) total += <f64>load<f32>(to + at);
  return total;
}

/** The next number of src/random/random.ts (mulberry32), in [0, 1). */
function nextRandom(random: usize): f64 {
  const state = load<u32>(random) + 0x6d2b79f5;
  store<u32>(random, state);
  let t: u32 = (state ^ (state >> 15)) * (state | 1);
  t ^= t + (t ^ (t >> 7)) * (t | 61);
  return <f64>(t ^ (t >> 14)) / 4294967296.0;
}

/** The newest level goes behind the others of its voice. */
function remember(d: Decoder, voice: i32, chosen: i32): void {
  const history = d.history + <usize>(voice * d.historyBytes);
  const last = <usize>(d.taps * d.perStep - 1) * 4;
  for (let at: usize = 0; at < last; at += 4) store<f32>(history + at, load<f32>(history + at + 4));
  const half = <f32>(d.levels >> 1);
  store<f32>(history + last, (<f32>chosen - half) / half);
}
