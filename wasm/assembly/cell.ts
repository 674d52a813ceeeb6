/** The parts of LSTM cells and of attention that are no products, and what follows the sums of a dense layer. */
import { tanh4 } from './math';
import { add, fma } from './simd';

// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const half = f32x4.splat(0.5);
  return fma(half, tanh4(f32x4.mul(half, x)), half);
}

/**
 * A cell after its products, for `count` rows: gates [i | j | f | o], each of `size` floats, the forget bias already in f.
 * c = c sigmoid(f) + sigmoid(i) tanh(j), in place; h = tanh(c) sigmoid(o).
 */
export function updateCells(gates: usize, size: i32, count: i32, c: usize, h: usize): void {
  const bytes = <usize>size * 4;
  for (let row = 0; row < count; row++, gates += 4 * bytes, c += bytes, h += bytes) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const i = sigmoid4(v128.load(gates + at));
      const j = tanh4(v128.load(gates + bytes + at));
      const f = sigmoid4(v128.load(gates + 2 * bytes + at));
      const o = sigmoid4(v128.load(gates + 3 * bytes + at));
      const cell = fma(f, v128.load(c + at), f32x4.mul(i, j));
      v128.store(c + at, cell);
      v128.store(h + at, f32x4.mul(o, tanh4(cell)));
    }
  }
}

/** Applies a function in place; `kind` is its place in ACTIVATIONS (src/ops/layers/layers.ts). */
export function activate(kind: i32, x: usize, bytes: usize): void {
  const end = x + bytes;
  if (kind == 1) for (; x < end; x += 16) v128.store(x, f32x4.pmax(f32x4.splat(0), v128.load(x)));
  else if (kind == 2) for (; x < end; x += 16) v128.store(x, tanh4(v128.load(x)));
  else if (kind == 3) for (; x < end; x += 16) v128.store(x, sigmoid4(v128.load(x)));
  else if (kind == 4) for (; x < end; x += 4) store<f32>(x, softplus(load<f32>(x)));
}

/** ln(1 + e^x), without overflow. */
function softplus(x: f32): f32 {
  return max<f32>(x, 0) + Mathf.log1p(Mathf.exp(-abs<f32>(x)));
}

/** The buffers of an attention, as src/ops/lstm/wasm.ts writes them down. */
@unmanaged
class Attention {
  length: i32;
  size: i32;
  query: usize;
  /** [length, size] the history times the key matrix. */
  keys: usize;
  history: usize;
  v: usize;
  /** `length` floats of scratch. */
  scores: usize;
  attended: usize;
}

/**
 * Additive attention over past outputs: s_k = v . tanh(keys_k + query), a = softmax(s), attended = sum of a_k history_k.
 * Slots come in any order: the sum has none.
 */
export function attend(attention: usize): void {
  const buffers = changetype<Attention>(attention);
  const query = buffers.query;
  const v = buffers.v;
  const y = buffers.attended;
  const bytes = <usize>buffers.size * 4;
  const scores = buffers.scores;
  const scoresEnd = scores + <usize>buffers.length * 4;
  let keys = buffers.keys;
  let largest: f32 = -f32.MAX_VALUE;
  for (let to = scores; to < scoresEnd; to += 4, keys += bytes) {
    let sum = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      sum = fma(v128.load(v + at), tanh4(add(v128.load(keys + at), v128.load(query + at))), sum);
    }
    const low = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1);
    const score = low + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
    store<f32>(to, score);
    largest = max(largest, score);
  }
  let total: f32 = 0;
  for (let at = scores; at < scoresEnd; at += 4) {
    const weight = Mathf.exp(load<f32>(at) - largest);
    store<f32>(at, weight);
    total += weight;
  }
  memory.fill(y, 0, bytes);
  let past = buffers.history;
  for (let from = scores; from < scoresEnd; from += 4, past += bytes) {
    const weight = f32x4.splat(load<f32>(from) / total);
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(y + at, fma(weight, v128.load(past + at), v128.load(y + at)));
    }
  }
}
