/**
 * The WaveNet decoder's sample loop in WGSL, written for the size of one network: a workgroup computes a voice, and one dispatch
 * many samples of it, so that nothing is asked of the driver from sample to sample.
 *
 * Threads share out the columns of a matrix in fours; where there are more threads than that, its rows too. Vectors lie in workgroup memory, weights
 * and rings in storage. All barriers are in uniform control flow: what decides is the same in every thread.
 */
import { UNPACKED, fours, readStored, storedType, type StoredPrecision } from '../webgpu/matrices.js';
import { carrierSize, dilation, levelsOf, type DecoderWeights } from './wavenet.js';

/** Threads of a voice; what every adapter has. */
export const THREADS = 256;
/** Samples of a dispatch at most. */
export const CHUNK = 512;

/** The sizes of a network in vectors of four. */
export interface ShaderShape {
  readonly taps: number;
  readonly stages: number;
  readonly layers: number;
  readonly perStep: number;
  readonly levels: number;
  /** Numbers of a step's carrier. */
  readonly carried: number;
  /** A residual, the skip sum, the levels of the last `taps` steps with a carrier behind them, the logits of a sample. */
  readonly width: number;
  readonly skip: number;
  readonly history: number;
  readonly head: number;
}

export function shaderShape(weights: DecoderWeights): ShaderShape {
  const { taps, stages, start, skipStart, layers, samplesPerStep } = weights;
  const levels = levelsOf(weights);
  const carried = carrierSize(weights);
  return {
    ...{ taps, stages, layers: layers.length, perStep: samplesPerStep, levels, carried },
    width: fours(start.bias.length),
    skip: fours(skipStart.bias.length),
    history: fours(taps * samplesPerStep + carried),
    head: fours(levels),
  };
}

/** Vectors of a voice's state: its levels, what its heads read, and the rings of the layers. */
export const stateVectors = ({ history, skip, layers, taps, width, stages }: ShaderShape): number =>
  history + skip + ringVectors(layers, stages) * (taps - 1) * width;

/** Vectors of what a frame adds to a voice: to the gates and filters of each layer, and to the head. */
export const conditionVectors = ({ layers, width, skip }: ShaderShape): number => 2 * layers * width + skip;

/** Vectors of the carriers of a dispatch; those of a voice stand behind its conditions. */
export const carrierVectors = ({ carried, perStep }: ShaderShape): number =>
  fours(carried) * Math.ceil(CHUNK / perStep);

/** Vectors of what a voice is told from outside: conditions, then carriers. */
export const toldVectors = (shape: ShaderShape): number => conditionVectors(shape) + carrierVectors(shape);

/** Slots of the rings of the first layers, for each tap that looks back. */
const ringVectors = (layers: number, stages: number) =>
  Array.from({ length: layers }, (_, i) => dilation(i, stages)).reduce((a, b) => a + b, 0);

/** Vectors of the matrices and biases, in the order in which they lie. */
export function layout(shape: ShaderShape) {
  const { taps, layers, perStep, levels, width, skip, history, head } = shape;
  const dilated = 4 * taps * width * 2 * width;
  const layer = dilated + 4 * width * (width + skip);
  const out = layers * layer;
  const heads = out + 4 * skip * skip;
  // What meets levels and embeddings, and biases, in float32.
  const startBias = 4 * history * (width + skip);
  const mixedBias = startBias + width + skip;
  const headBias = mixedBias + layers * (width + skip);
  const earlier = headBias + perStep * head;
  // The sample of each class.
  const values = earlier + (perStep - 1) * levels * skip;
  return {
    weights: { dilated, layer, out, heads, head: 4 * skip * head, end: heads + perStep * 4 * skip * head },
    exact: { startBias, mixedBias, headBias, earlier, values, end: values + head },
  };
}

/** A product of the vector in `x` and a matrix, [4 rows][columns] vectors. */
interface Product {
  readonly name: string;
  /** The source of a vector of the matrix at an index. */
  readonly at: (index: string) => string;
  /** Fours of rows and columns. */
  readonly rows: number;
  readonly columns: number;
  /** Takes the sum of column `g`. */
  readonly take: string;
}

function product({ name, at, rows, columns, take }: Product): string {
  const parts = Math.max(1, Math.floor(THREADS / columns));
  const row = (i: number) => `sum += v[${i}] * ${at(`at + ${i * columns}u`)};`;
  return /* wgsl */ `
fn ${name}(matrix: u32, other: u32, thread: u32) {
  for (var item = thread; item < ${columns * parts}u; item += ${THREADS}u) {
    let g = item % ${columns}u;
    var sum = vec4f();
    for (var r = item / ${columns}u; r < ${rows}u; r += ${parts}u) {
      let v = x[r];
      let at = matrix + r * ${4 * columns}u + g;
      ${[0, 1, 2, 3].map(row).join('\n      ')}
    }
    y[item] = sum;
  }
  workgroupBarrier();
  for (var g = thread; g < ${columns}u; g += ${THREADS}u) {
    var sum = y[g];
    for (var part = 1u; part < ${parts}u; part++) { sum += y[g + part * ${columns}u]; }
    ${take}
  }
  workgroupBarrier();
}`;
}

/** Puts the carrier of a step behind the levels of those before it. */
const carryFunction = ({ carried, perStep, taps }: ShaderShape) => /* wgsl */ `
fn carry(step: u32, carriers: u32, thread: u32) {
  let first = (run.behind + ${perStep - 1}u) / ${perStep}u;
  let begin = carriers + (step - first) * ${fours(carried)}u;
  for (var i = thread; i < ${carried}u; i += ${THREADS}u) {
    past[${taps * perStep}u + i] = conditions[begin + i / 4][i % 4];
  }
  workgroupBarrier();
}`;

export function decoderShader(shape: ShaderShape, precision: StoredPrecision): string {
  const { taps, stages, layers, perStep, levels, carried, width, skip, history, head } = shape;
  const { weights, exact } = layout(shape);
  const packed = (index: string) => readStored(`weights[${index}]`, precision);
  const largest = Math.max(taps * width, 2 * width, width + skip, history, skip);
  const partial = Math.max(THREADS, 2 * width, width + skip, head);
  return /* wgsl */ `
struct Run {
  samples: u32,
  /** Samples that the voices have behind them. */
  behind: u32,
  given: u32,
  score: u32,
  /** 1 / temperature; 0 takes the likeliest. */
  sharpness: f32,
  /** A sample that is drawn comes so near to the mean. */
  spread: f32,
}
@group(0) @binding(0) var<storage, read> weights: array<${storedType(precision)}>;
@group(0) @binding(1) var<storage, read> exact: array<vec4f>;
@group(0) @binding(2) var<storage, read> conditions: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> state: array<vec4f>;
/** Each voice has the state of its random numbers, and the classes of the present step. */
@group(0) @binding(4) var<storage, read_write> draws: array<u32>;
@group(0) @binding(5) var<storage, read_write> classes: array<u32>;
@group(0) @binding(6) var<storage, read_write> results: array<f32>;
@group(0) @binding(7) var<uniform> run: Run;

var<workgroup> x: array<vec4f, ${largest}>;
var<workgroup> y: array<vec4f, ${partial}>;
var<workgroup> sums: array<vec4f, ${width + skip}>;
var<workgroup> hidden: array<vec4f, ${skip}>;
var<workgroup> logits: array<vec4f, ${head}>;
var<workgroup> scan: array<f32, ${THREADS}>;
var<workgroup> past: array<f32, ${4 * history}>;
var<workgroup> drawn: array<u32, ${perStep}>;
var<workgroup> random: u32;
var<workgroup> chosen: atomic<u32>;
${UNPACKED}
${product({
  ...{ name: 'start', at: (index) => `exact[${index}]`, rows: history, columns: width + skip },
  take: `sums[g] = sum + exact[${exact.startBias}u + g];`,
})}
${product({
  ...{ name: 'dilated', at: packed, rows: taps * width, columns: 2 * width },
  take: 'x[g] = sum + conditions[other + g];',
})}
${product({
  ...{ name: 'mixed', at: packed, rows: width, columns: width + skip },
  take: 'sums[g] += sum + exact[other + g];',
})}
${product({
  ...{ name: 'out', at: packed, rows: skip, columns: skip },
  take: 'hidden[g] = sum + conditions[other + g];',
})}
${product({
  ...{ name: 'headed', at: packed, rows: skip, columns: head },
  take: 'logits[g] = sum + exact[other + g];',
})}

/** Puts the inputs of all taps together, and the newest into the ring. A thread reads and writes places of its own. */
fn takeTaps(ring: u32, distance: u32, step: u32, thread: u32) {
  let slots = ${taps - 1}u * distance;
  for (var c = thread; c < ${width}u; c += ${THREADS}u) {
    let newest = sums[c];
    ${
      taps > 1
        ? `let slot = step % slots;
    for (var tap = 0u; tap < ${taps - 1}u; tap++) {
      let old = (slot + tap * distance) % slots;
      x[tap * ${width}u + c] = state[ring + old * ${width}u + c];
    }
    state[ring + slot * ${width}u + c] = newest;`
        : ''
    }
    x[${(taps - 1) * width}u + c] = newest;
  }
  workgroupBarrier();
}

fn gate(thread: u32) {
  for (var c = thread; c < ${width}u; c += ${THREADS}u) {
    // Beyond these both are flat in float32, and some drivers make no number of what is far beyond them.
    let open = 1 / (1 + exp(-clamp(x[c], vec4f(-80), vec4f(80))));
    x[c] = open * tanh(clamp(x[${width}u + c], vec4f(-15), vec4f(15)));
  }
  workgroupBarrier();
}

${carried > 0 ? carryFunction(shape) : ''}
/** Computes what all samples of a step have in common, from the steps before it. */
fn computeHidden(step: u32, ofVoice: u32, condition: u32, thread: u32) {
  for (var i = thread; i < ${history}u; i += ${THREADS}u) {
    x[i] = vec4f(past[4 * i], past[4 * i + 1], past[4 * i + 2], past[4 * i + 3]);
  }
  workgroupBarrier();
  start(0u, 0u, thread);
  var ring = ofVoice + ${history + skip}u;
  for (var layer = 0u; layer < ${layers}u; layer++) {
    let distance = 1u << (layer % ${stages}u);
    takeTaps(ring, distance, step, thread);
    ring += ${taps - 1}u * distance * ${width}u;
    let matrix = layer * ${weights.layer}u;
    dilated(matrix, condition + layer * ${2 * width}u, thread);
    gate(thread);
    mixed(matrix + ${weights.dilated}u, ${exact.mixedBias}u + layer * ${width + skip}u, thread);
  }
  for (var i = thread; i < ${skip}u; i += ${THREADS}u) { x[i] = max(sums[${width}u + i], vec4f()); }
  workgroupBarrier();
  out(${weights.out}u, condition + ${2 * layers * width}u, thread);
}

/** The logits of the sample at a place of the step, which knows what was drawn before it there. */
fn computeLogits(place: u32, thread: u32) {
  for (var i = thread; i < ${skip}u; i += ${THREADS}u) {
    var sum = hidden[i];
    for (var before = 0u; before < place; before++) {
      let row = (${perStep - 1}u - place + before) * ${levels}u + drawn[before];
      sum += exact[${exact.earlier}u + row * ${skip}u + i];
    }
    x[i] = max(sum, vec4f());
  }
  workgroupBarrier();
  headed(${weights.heads}u + place * ${weights.head}u, ${exact.headBias}u + place * ${head}u, thread);
}

fn logitOf(level: u32) -> f32 { return logits[level / 4][level % 4]; }

/** The largest logit. */
fn largestLogit(thread: u32) -> f32 {
  scan[thread] = select(-3e38, logitOf(min(thread, ${levels - 1}u)), thread < ${levels}u);
  workgroupBarrier();
  for (var distance = ${THREADS / 2}u; distance > 0; distance /= 2) {
    if (thread < distance) { scan[thread] = max(scan[thread], scan[thread + distance]); }
    workgroupBarrier();
  }
  let largest = scan[0];
  workgroupBarrier();
  return largest;
}

/** Leaves in 'scan' the sums of the levels' weights up to each. */
fn accumulate(largest: f32, sharpness: f32, thread: u32) {
  var sum = 0.0;
  if (thread < ${levels}u) { sum = exp(max((logitOf(thread) - largest) * sharpness, -87)); }
  scan[thread] = sum;
  workgroupBarrier();
  for (var distance = 1u; distance < ${THREADS}u; distance *= 2) {
    if (thread >= distance) { sum += scan[thread - distance]; }
    workgroupBarrier();
    scan[thread] = sum;
    workgroupBarrier();
  }
}

/** The next number of src/random/random.ts (mulberry32), in [0, 1]. */
fn nextRandom() -> f32 {
  random += 0x6d2b79f5u;
  var t = (random ^ (random >> 15)) * (random | 1);
  t ^= t + (t ^ (t >> 7)) * (t | 61);
  return f32(t ^ (t >> 14)) / 4294967296.0;
}

fn valueOf(level: u32) -> f32 { return exact[${exact.values}u + level / 4][level % 4]; }

/** Takes the level nearest to the mean and some way towards what was drawn; 'scan' has the sums of the levels' weights. */
fn bringNearer(thread: u32) {
  let drawnValue = valueOf(atomicLoad(&chosen));
  let total = scan[${THREADS - 1}];
  var weighed = 0.0;
  if (thread < ${levels}u) {
    weighed = (scan[thread] - select(0.0, scan[max(thread, 1) - 1], thread > 0)) * valueOf(thread);
  }
  workgroupBarrier();
  scan[thread] = weighed;
  workgroupBarrier();
  for (var distance = ${THREADS / 2}u; distance > 0; distance /= 2) {
    if (thread < distance) { scan[thread] += scan[thread + distance]; }
    workgroupBarrier();
  }
  let mean = scan[0] / total;
  let wanted = mean + run.spread * (drawnValue - mean);
  if (thread == 0) { atomicStore(&chosen, ${levels - 1}u); }
  workgroupBarrier();
  if (thread < ${levels - 1}u && wanted <= (valueOf(thread) + valueOf(thread + 1)) / 2) { atomicMin(&chosen, thread); }
}

fn choose(place: u32, at: u32, thread: u32) {
  let largest = largestLogit(thread);
  if (run.given != 0) {
    if (thread == 0) { atomicStore(&chosen, classes[at]); }
    if (run.score != 0) {
      accumulate(largest, 1, thread);
      if (thread == 0) { results[at] = logitOf(classes[at]) - largest - log(scan[${THREADS - 1}]); }
    }
  } else if (run.sharpness == 0) {
    if (thread == 0) { atomicStore(&chosen, ${levels - 1}u); }
    workgroupBarrier();
    if (thread < ${levels}u && logitOf(thread) == largest) { atomicMin(&chosen, thread); }
  } else {
    accumulate(largest, run.sharpness, thread);
    if (thread == 0) {
      atomicStore(&chosen, ${levels - 1}u);
      y[0].x = nextRandom() * scan[${THREADS - 1}];
    }
    workgroupBarrier();
    if (thread < ${levels}u && scan[thread] >= y[0].x) { atomicMin(&chosen, thread); }
    workgroupBarrier();
    if (run.spread != 1) { bringNearer(thread); }
  }
  workgroupBarrier();
  if (thread == 0) {
    let level = atomicLoad(&chosen);
    classes[at] = level;
    drawn[place] = level;
    for (var i = 0u; i < ${taps * perStep - 1}u; i++) { past[i] = past[i + 1]; }
    past[${taps * perStep - 1}] = f32(i32(level) - ${levels >> 1}) / ${levels >> 1};
  }
  workgroupBarrier();
}

@compute @workgroup_size(${THREADS})
fn decode(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let voice = group.x;
  let ofVoice = voice * ${stateVectors(shape)}u;
  let condition = voice * ${toldVectors(shape)}u;
  let ofDraws = voice * ${1 + perStep}u;
  for (var i = thread; i < ${history}u; i += ${THREADS}u) {
    for (var k = 0u; k < 4; k++) { past[4 * i + k] = state[ofVoice + i][k]; }
  }
  for (var i = thread; i < ${skip}u; i += ${THREADS}u) { hidden[i] = state[ofVoice + ${history}u + i]; }
  for (var i = thread; i < ${perStep}u; i += ${THREADS}u) { drawn[i] = draws[ofDraws + 1 + i]; }
  if (thread == 0) { random = draws[ofDraws]; }
  workgroupBarrier();
  for (var i = 0u; i < run.samples; i++) {
    let now = run.behind + i;
    let place = now % ${perStep}u;
    if (place == 0) {
      ${carried > 0 ? `carry(now / ${perStep}u, condition + ${conditionVectors(shape)}u, thread);` : ''}
      computeHidden(now / ${perStep}u, ofVoice, condition, thread);
    }
    computeLogits(place, thread);
    choose(place, voice * ${CHUNK}u + i, thread);
  }
  for (var i = thread; i < ${history}u; i += ${THREADS}u) {
    state[ofVoice + i] = vec4f(past[4 * i], past[4 * i + 1], past[4 * i + 2], past[4 * i + 3]);
  }
  for (var i = thread; i < ${skip}u; i += ${THREADS}u) { state[ofVoice + ${history}u + i] = hidden[i]; }
  for (var i = thread; i < ${perStep}u; i += ${THREADS}u) { draws[ofDraws + 1 + i] = drawn[i]; }
  for (var k = thread; k < ${levels}u; k += ${THREADS}u) {
    results[arrayLength(&classes) + voice * ${4 * head}u + k] = logitOf(k);
  }
  if (thread == 0) { draws[ofDraws] = random; }
}`;
}
