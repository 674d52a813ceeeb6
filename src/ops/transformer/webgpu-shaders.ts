/**
 * The transformer's steps in WGSL, written for the sizes of one network. Vectors are of four numbers; a row of tokens is a vector each in
 * every step, and what is read at once goes through a step together.
 */
import { UNPACKED, readStored, storedType, type StoredPrecision } from '../webgpu/matrices.js';

/** Threads of a workgroup. */
const THREADS = 128;
/** Columns of a workgroup of a product, in fours: the other threads share its rows. */
const COLUMNS = 8;

/** A reading is told the place of its first token. */
const RUN = /* wgsl */ `
struct Run { position: u32 }`;

/** The sum of a number of each thread. */
const SUM = /* wgsl */ `
fn sumOfAll(own: f32, thread: u32) -> f32 {
  gathered[thread] = own;
  workgroupBarrier();
  for (var distance = ${THREADS / 2}u; distance > 0; distance /= 2) {
    if (thread < distance) { gathered[thread] += gathered[thread + distance]; }
    workgroupBarrier();
  }
  let sum = gathered[0];
  workgroupBarrier();
  return sum;
}`;

export interface ProductShape {
  /** In fours. */
  readonly rows: number;
  readonly columns: number;
  /** Numbers of a row that are no padding, which the norm is taken over; undefined: the row is read as it is. */
  readonly normalised?: number;
  readonly biased?: boolean;
  readonly rectified?: boolean;
  /** It is added to what stands there. */
  readonly added?: boolean;
}

export const productGroups = ({ columns }: ProductShape) => Math.ceil(columns / COLUMNS);

/**
 * Rows and a matrix, [4 rows][columns] vectors. `extra` holds the norm's scale and bias and the product's bias, as far as it has them.
 * A workgroup computes some columns of one row.
 */
export function productShader(shape: ProductShape, precision: StoredPrecision): string {
  const { rows, columns, normalised, biased = false, rectified = false, added = false } = shape;
  const parts = THREADS / COLUMNS;
  const bias = normalised === undefined ? 0 : 2 * rows;
  const norm =
    normalised === undefined
      ? ''
      : /* wgsl */ `
  var own = 0.0;
  for (var i = thread; i < ${rows}u; i += ${THREADS}u) { own += dot(x[i], vec4f(1)); }
  let mean = sumOfAll(own, thread) / ${normalised};
  own = 0;
  for (var i = thread; i < ${rows}u; i += ${THREADS}u) {
    // Padding is no part of it.
    let inside = vec4f(4 * i + vec4u(0, 1, 2, 3) < vec4u(${normalised}));
    let away = (x[i] - mean) * inside;
    own += dot(away, away);
  }
  let scale = inverseSqrt(sumOfAll(own, thread) / ${normalised} + 1e-6);
  for (var i = thread; i < ${rows}u; i += ${THREADS}u) {
    x[i] = (x[i] - mean) * scale * extra[i] + extra[${rows}u + i];
  }
  workgroupBarrier();`;
  const row = (i: number) => `sum += v[${i}] * ${readStored(`weights[at + ${i * columns}u]`, precision)};`;
  return /* wgsl */ `
@group(0) @binding(0) var<storage, read> weights: array<${storedType(precision)}>;
@group(0) @binding(1) var<storage, read> extra: array<vec4f>;
@group(0) @binding(2) var<storage, read> input: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> output: array<vec4f>;
var<workgroup> x: array<vec4f, ${rows}>;
var<workgroup> sums: array<vec4f, ${THREADS}>;
var<workgroup> gathered: array<f32, ${THREADS}>;
${UNPACKED}
${normalised === undefined ? '' : SUM}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  for (var i = thread; i < ${rows}u; i += ${THREADS}u) { x[i] = input[group.y * ${rows}u + i]; }
  workgroupBarrier();
  ${norm}
  let column = group.x * ${COLUMNS}u + thread % ${COLUMNS}u;
  var sum = vec4f();
  if (column < ${columns}u) {
    for (var r = thread / ${COLUMNS}u; r < ${rows}u; r += ${parts}u) {
      let v = x[r];
      let at = r * ${4 * columns}u + column;
      ${[0, 1, 2, 3].map(row).join('\n      ')}
    }
  }
  sums[thread] = sum;
  workgroupBarrier();
  if (thread < ${COLUMNS}u && column < ${columns}u) {
    for (var part = 1u; part < ${parts}u; part++) { sum += sums[thread + part * ${COLUMNS}u]; }
    ${biased ? `sum += extra[${bias}u + column];` : ''}
    ${rectified ? 'sum = max(sum, vec4f());' : ''}
    let at = group.y * ${columns}u + column;
    output[at] = ${added ? 'output[at] + sum' : 'sum'};
  }
}`;
}

export interface AttentionShape {
  readonly heads: number;
  /** In fours, of a head. */
  readonly keyDepth: number;
  readonly valueDepth: number;
  /** Slots of keys and values: position p has slot p modulo their number. */
  readonly slots: number;
  /** Positions that attention reaches back to. */
  readonly memory: number;
  /** Distances that have an embedding; what lies further back is told by its content alone. */
  readonly reach: number;
}

/** Keys, then values: [heads][slots][depth] vectors. */
export const keptVectors = ({ heads, keyDepth, valueDepth, slots }: AttentionShape) =>
  heads * slots * (keyDepth + valueDepth);

/** Two entries: `keep` puts keys and values of the tokens that are read into their slots, `attend` mixes values for a head of a token. */
export function attentionShader(shape: AttentionShape, precision: StoredPrecision): string {
  const { heads, keyDepth, valueDepth, slots, memory, reach } = shape;
  const stride = heads * (2 * keyDepth + valueDepth);
  const values = heads * slots * keyDepth;
  const parts = Math.max(1, Math.floor(THREADS / valueDepth));
  const packed = (value: string) =>
    precision === 'float32' ? value : `vec2u(pack2x16float(${value}.xy), pack2x16float(${value}.zw))`;
  const kept = (index: string) => readStored(`kept[${index}]`, precision);
  const distances = `
      let distance = place - p;
      if (distance < ${reach}u) {
        let e = (head * ${reach}u + ${reach - 1}u - distance) * ${keyDepth}u;
        for (var d = 0u; d < ${keyDepth}u; d++) { score += dot(q[d], ${readStored('distances[e + d]', precision)}); }
      }`;
  return /* wgsl */ `
${RUN}
@group(0) @binding(0) var<storage, read> projected: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> kept: array<${storedType(precision)}>;
@group(0) @binding(2) var<storage, read> distances: array<${storedType(precision)}>;
@group(0) @binding(3) var<storage, read_write> mixed: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> scores: array<f32>;
@group(0) @binding(5) var<uniform> run: Run;
var<workgroup> q: array<vec4f, ${keyDepth}>;
var<workgroup> sums: array<vec4f, ${Math.max(THREADS, valueDepth)}>;
var<workgroup> gathered: array<f32, ${THREADS}>;
${UNPACKED}
${SUM}
fn largestOfAll(own: f32, thread: u32) -> f32 {
  gathered[thread] = own;
  workgroupBarrier();
  for (var distance = ${THREADS / 2}u; distance > 0; distance /= 2) {
    if (thread < distance) { gathered[thread] = max(gathered[thread], gathered[thread + distance]); }
    workgroupBarrier();
  }
  let largest = gathered[0];
  workgroupBarrier();
  return largest;
}

@compute @workgroup_size(${THREADS})
fn keep(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let slot = (run.position + group.y) % ${slots}u;
  let row = group.y * ${stride}u;
  for (var i = thread; i < ${heads * keyDepth}u; i += ${THREADS}u) {
    let value = projected[row + ${heads * keyDepth}u + i];
    kept[(i / ${keyDepth}u * ${slots}u + slot) * ${keyDepth}u + i % ${keyDepth}u] = ${packed('value')};
  }
  for (var i = thread; i < ${heads * valueDepth}u; i += ${THREADS}u) {
    let value = projected[row + ${2 * heads * keyDepth}u + i];
    kept[${values}u + (i / ${valueDepth}u * ${slots}u + slot) * ${valueDepth}u + i % ${valueDepth}u] = ${packed('value')};
  }
}

@compute @workgroup_size(${THREADS})
fn attend(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let head = group.x;
  let place = run.position + group.y;
  let first = place - min(place, ${memory - 1}u);
  let own = (group.y * ${heads}u + head) * ${slots}u;
  for (var d = thread; d < ${keyDepth}u; d += ${THREADS}u) {
    q[d] = projected[group.y * ${stride}u + head * ${keyDepth}u + d];
  }
  workgroupBarrier();
  var largest = -3e38;
  for (var p = first + thread; p <= place; p += ${THREADS}u) {
    let k = (head * ${slots}u + p % ${slots}u) * ${keyDepth}u;
    var score = 0.0;
    for (var d = 0u; d < ${keyDepth}u; d++) { score += dot(q[d], ${kept('k + d')}); }
    ${reach > 0 ? distances : ''}
    scores[own + p - first] = score;
    largest = max(largest, score);
  }
  largest = largestOfAll(largest, thread);
  var total = 0.0;
  for (var p = first + thread; p <= place; p += ${THREADS}u) {
    let power = exp(scores[own + p - first] - largest);
    scores[own + p - first] = power;
    total += power;
  }
  total = sumOfAll(total, thread);
  storageBarrier();
  let c = thread % ${valueDepth}u;
  let part = thread / ${valueDepth}u;
  var sum = vec4f();
  if (part < ${parts}u) {
    for (var p = first + part; p <= place; p += ${parts}u) {
      let v = ${values}u + (head * ${slots}u + p % ${slots}u) * ${valueDepth}u + c;
      sum += scores[own + p - first] * ${kept('v')};
    }
  }
  sums[thread] = sum;
  workgroupBarrier();
  if (thread < ${valueDepth}u) {
    for (var other = 1u; other < ${parts}u; other++) { sum += sums[thread + other * ${valueDepth}u]; }
    mixed[(group.y * ${heads}u + head) * ${valueDepth}u + c] = sum / total;
  }
}`;
}
