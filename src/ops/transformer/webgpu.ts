/**
 * The transformer on WebGPU: matrices, keys and values in storage, and for each reading one submission of some steps a layer
 * (webgpu-shaders.ts). Only logits are waited for. It has no encoder: checkpoints that accompany a melody are for WebAssembly.
 */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { Matrix } from '../matrix.js';
import type { SharedDevice } from '../webgpu/device.js';
import {
  fours,
  paddedToFours,
  spreadMatrix,
  stored,
  type Blocks,
  type StoredPrecision,
} from '../webgpu/matrices.js';
import {
  depthOf,
  embed,
  isHeldAt,
  timingOf,
  transposed,
  type AttentionWeights,
  type NetworkCopy,
  type TransformerNetwork,
  type TransformerWeights,
} from './network.js';
import {
  attentionShader,
  keptVectors,
  productGroups,
  productShader,
  type AttentionShape,
  type ProductShape,
} from './webgpu-shaders.js';

const VECTOR = 16;
const TOKENS_AT_A_TIME = 16;

/** A step of a layer, ready to be dispatched. */
interface Step {
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroup;
  readonly groups: number;
}

/** A product, with all but what it reads and writes. */
interface Product {
  readonly shape: ProductShape;
  readonly pipeline: GPUComputePipeline;
  readonly weights: GPUBuffer;
  /** Undefined where it has neither norm nor bias. */
  readonly extra: GPUBuffer | undefined;
}

interface Layer {
  readonly attention: AttentionShape;
  readonly keep: GPUComputePipeline;
  readonly attend: GPUComputePipeline;
  readonly distances: GPUBuffer;
  readonly project: Product;
  readonly output: Product;
  readonly inner: Product;
  readonly outer: Product;
}

type Scratch = Readonly<
  Record<
    'x' | 'row' | 'projected' | 'mixed' | 'wide' | 'scores' | 'logits' | 'settings' | 'reading',
    GPUBuffer
  >
>;

/**
 * @param shared is let go with the network, and where there is none
 * @param memory positions that attention reaches back to
 * @throws BACKEND_UNAVAILABLE for weights with an encoder, GPU_LOST
 */
export async function createWebGPUTransformer(
  shared: SharedDevice,
  weights: TransformerWeights,
  { memory, precision }: { readonly memory: number; readonly precision: StoredPrecision },
): Promise<TransformerNetwork> {
  if (weights.encoder) {
    shared.release();
    throw new TimbrelError(
      'BACKEND_UNAVAILABLE',
      "This checkpoint accompanies a melody, which is computed in WebAssembly; use 'auto' or 'wasm'",
    );
  }
  return new WebGPUTransformer(await Body.create(shared, weights, memory, precision));
}

/** The weights and what is computed on the way: what a network and its twin share. */
class Body {
  readonly tokensAtATime: number;
  private readonly buffers = new Set<GPUBuffer>();

  private constructor(
    readonly shared: SharedDevice,
    readonly weights: TransformerWeights,
    readonly memory: number,
    readonly slots: number,
    readonly precision: StoredPrecision,
  ) {
    this.tokensAtATime = Math.min(TOKENS_AT_A_TIME, memory);
  }

  layers: readonly Layer[] = [];
  /** From a row behind the last layer to logits. */
  toLogits!: Step;
  scratch!: Scratch;
  disposed = false;

  static async create(
    shared: SharedDevice,
    weights: TransformerWeights,
    memory: number,
    precision: StoredPrecision,
  ): Promise<Body> {
    // A position of the last reading must not take the slot of one that another of it still attends to.
    const slots = weights.hasTiming ? memory : memory + Math.min(TOKENS_AT_A_TIME, memory);
    const body = new Body(shared, weights, memory, slots, precision);
    try {
      await body.place();
    } catch (error) {
      body.dispose();
      throw error;
    }
    return body;
  }

  get bytes(): number {
    return [...this.buffers].reduce((sum, { size }) => sum + size, 0);
  }

  /** @param usage beside storage that is copied */
  buffer(bytes: number, usage = 0): GPUBuffer {
    const { STORAGE, COPY_DST, COPY_SRC } = GPUBufferUsage;
    const buffer = this.shared.device.createBuffer({
      size: Math.max(VECTOR, bytes),
      usage: usage === 0 ? STORAGE | COPY_DST | COPY_SRC : usage,
    });
    this.buffers.add(buffer);
    return buffer;
  }

  step(product: Product, input: GPUBuffer, output: GPUBuffer): Step {
    const { pipeline, weights, extra, shape } = product;
    const bindings = this.bindings(pipeline, [weights, extra, input, output]);
    return { pipeline, bindings, groups: productGroups(shape) };
  }

  bindings(pipeline: GPUComputePipeline, buffers: readonly (GPUBuffer | undefined)[]): GPUBindGroup {
    return this.shared.device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.flatMap((buffer, binding) => (buffer ? [{ binding, resource: { buffer } }] : [])),
    });
  }

  /** @throws DISPOSED, GPU_LOST */
  alive(): GPUDevice {
    if (this.disposed) throw new TimbrelError('DISPOSED', 'This network was disposed; load the model again');
    this.shared.throwIfLost();
    return this.shared.device;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const buffer of this.buffers) buffer.destroy();
    this.shared.release();
  }

  submit(encode: (commands: GPUCommandEncoder) => void): void {
    const { device } = this.shared;
    const commands = device.createCommandEncoder();
    encode(commands);
    device.queue.submit([commands.finish()]);
  }

  free(buffers: readonly GPUBuffer[]): void {
    for (const buffer of buffers) {
      buffer.destroy();
      this.buffers.delete(buffer);
    }
  }

  private async place(): Promise<void> {
    const { weights, precision } = this;
    const { hidden, heads, softmax, norm } = weights;
    const pipelines = new Map<string, Promise<GPUComputePipeline>>();
    const compiled = (code: string, entryPoint: string) => {
      const key = `${entryPoint} ${code}`;
      const there = pipelines.get(key) ?? this.compile(code, entryPoint);
      pipelines.set(key, there);
      return there;
    };
    const product = async (
      matrix: Matrix,
      { rows, columns }: Blocks,
      rest: Omit<ProductShape, 'rows' | 'columns'>,
      extra: readonly Float32Array[],
    ): Promise<Product> => {
      const size = (blocks: readonly number[]) => blocks.reduce((sum, each) => sum + fours(each), 0);
      const shape = { rows: size(rows), columns: size(columns), ...rest };
      const data = new Float32Array(16 * shape.rows * shape.columns);
      spreadMatrix(matrix, { rows, columns }, data);
      return {
        shape,
        pipeline: await compiled(productShader(shape, precision), 'main'),
        weights: this.filled(stored(data, precision)),
        extra: extra.length === 0 ? undefined : this.filled(oneBehindTheOther(extra)),
      };
    };
    const layers: Layer[] = [];
    for (const { attention, filter } of weights.layers) {
      const { weights: own, norm: before } = attention;
      const shape = attentionShape(own, heads, this.slots, this.memory);
      const code = attentionShader(shape, precision);
      const keys = Array<number>(heads).fill(depthOf(own.key, heads));
      const values = Array<number>(heads).fill(depthOf(own.value, heads));
      layers.push({
        attention: shape,
        keep: await compiled(code, 'keep'),
        attend: await compiled(code, 'attend'),
        distances: this.filled(stored(distancesOf(own, heads), precision)),
        project: await product(
          projection(own, heads),
          { rows: [hidden], columns: [...keys, ...keys, ...values] },
          { normalised: hidden },
          [before.scale, before.bias],
        ),
        output: await product(own.output, { rows: values, columns: [hidden] }, { added: true }, []),
        inner: await product(
          filter.inner.kernel,
          { rows: [hidden], columns: [filter.inner.bias.length] },
          { normalised: hidden, biased: true, rectified: true },
          [filter.norm.scale, filter.norm.bias, filter.inner.bias],
        ),
        outer: await product(
          filter.outer.kernel,
          { rows: [filter.inner.bias.length], columns: [hidden] },
          { biased: true, added: true },
          [filter.outer.bias],
        ),
      });
    }
    this.layers = layers;
    this.scratch = this.createScratch();
    const last = await product(
      transposed(softmax),
      { rows: [hidden], columns: [softmax.rows] },
      { normalised: hidden },
      [norm.scale, norm.bias],
    );
    this.toLogits = this.step(last, this.scratch.row, this.scratch.logits);
  }

  private createScratch(): Scratch {
    const { layers, tokensAtATime: rows, slots, weights } = this;
    const widest = (of: (layer: Layer) => number) => VECTOR * rows * Math.max(...layers.map(of));
    const logits = VECTOR * fours(weights.softmax.rows);
    const { UNIFORM, COPY_DST, MAP_READ } = GPUBufferUsage;
    return {
      x: this.buffer(VECTOR * rows * fours(weights.hidden)),
      row: this.buffer(VECTOR * fours(weights.hidden)),
      projected: this.buffer(widest(({ project }) => project.shape.columns)),
      mixed: this.buffer(widest(({ output }) => output.shape.rows)),
      wide: this.buffer(widest(({ inner }) => inner.shape.columns)),
      scores: this.buffer(4 * rows * weights.heads * slots),
      logits: this.buffer(logits),
      settings: this.buffer(VECTOR, UNIFORM | COPY_DST),
      reading: this.buffer(logits, MAP_READ | COPY_DST),
    };
  }

  private compile(code: string, entryPoint: string): Promise<GPUComputePipeline> {
    const { device } = this.shared;
    const module = device.createShaderModule({ code });
    const compute = { module, entryPoint };
    return this.shared.untilLost(device.createComputePipelineAsync({ layout: 'auto', compute }));
  }

  private filled(data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): GPUBuffer {
    const buffer = this.buffer(data.byteLength);
    this.shared.device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }
}

interface WebGPUCopy extends NetworkCopy {
  readonly kept: readonly GPUBuffer[];
}

class WebGPUTransformer implements TransformerNetwork {
  readonly twin: TransformerNetwork | undefined;
  /** Keys and values of each layer. */
  private readonly kept: readonly GPUBuffer[];
  /** The steps from an embedding to what the next layers read, of all layers. */
  private readonly steps: readonly Step[];
  private position = 0;

  /** @param twin of what this is the twin, if it is one */
  constructor(
    private readonly body: Body,
    twin?: WebGPUTransformer,
  ) {
    const { layers, scratch, weights } = body;
    const { x, projected, mixed, wide, scores, settings } = scratch;
    const width = body.precision === 'float32' ? VECTOR : VECTOR / 2;
    this.kept = layers.map(({ attention }) => body.buffer(width * keptVectors(attention)));
    this.steps = layers.flatMap((layer, l): Step[] => {
      const kept = this.kept[l];
      const attendBindings = [projected, kept, layer.attention.reach > 0 ? layer.distances : undefined];
      return [
        body.step(layer.project, x, projected),
        {
          pipeline: layer.keep,
          bindings: body.bindings(layer.keep, [projected, kept, undefined, undefined, undefined, settings]),
          groups: 1,
        },
        {
          pipeline: layer.attend,
          bindings: body.bindings(layer.attend, [...attendBindings, mixed, scores, settings]),
          groups: weights.heads,
        },
        body.step(layer.output, mixed, x),
        body.step(layer.inner, x, wide),
        body.step(layer.outer, wide, x),
      ];
    });
    this.twin = twin ?? (weights.hasTiming ? new WebGPUTransformer(body, this) : undefined);
  }

  get vocabulary(): number {
    return this.body.weights.softmax.rows;
  }

  get memory(): number {
    return this.body.memory;
  }

  get tokensAtATime(): number {
    return this.body.tokensAtATime;
  }

  get bytes(): number {
    return this.body.bytes;
  }

  get length(): number {
    return this.position;
  }

  begin(): void {
    this.body.alive();
    this.position = 0;
  }

  hear(): boolean {
    return false;
  }

  read(tokens: readonly number[]): void {
    const { queue } = this.body.alive();
    const { weights, scratch } = this.body;
    const { hidden, embedding, hasTiming } = weights;
    const stride = paddedToFours(hidden);
    const x = new Float32Array(tokens.length * stride);
    tokens.forEach((token, row) => {
      const timing = hasTiming ? timingOf(this.position + row, hidden) : undefined;
      embed(embedding, token, timing, x.subarray(row * stride, row * stride + hidden));
    });
    queue.writeBuffer(scratch.x, 0, x);
    queue.writeBuffer(scratch.settings, 0, Uint32Array.of(this.position));
    this.body.submit((commands) => dispatch(commands, this.steps, tokens.length));
    this.position += tokens.length;
  }

  async logits(row: number): Promise<Float32Array> {
    this.body.alive();
    const { toLogits, scratch, shared } = this.body;
    const { x, row: one, logits, reading } = scratch;
    this.body.submit((commands) => {
      commands.copyBufferToBuffer(x, row * one.size, one, 0, one.size);
      dispatch(commands, [toLogits], 1);
      commands.copyBufferToBuffer(logits, 0, reading, 0, logits.size);
    });
    await shared.untilLost(reading.mapAsync(GPUMapMode.READ));
    const result = new Float32Array(reading.getMappedRange().slice(0), 0, this.vocabulary);
    reading.unmap();
    return result;
  }

  rewind(length: number): boolean {
    const { position, memory, body } = this;
    const isHeld = isHeldAt(length, { position, memory, slots: body.slots });
    if (isHeld) this.position = length;
    return isHeld;
  }

  copy(): WebGPUCopy {
    this.body.alive();
    const kept = this.kept.map(({ size }) => this.body.buffer(size));
    this.body.submit((commands) =>
      this.kept.forEach((buffer, l) => commands.copyBufferToBuffer(buffer, 0, kept[l], 0, buffer.size)),
    );
    return { length: this.position, melody: [], kept };
  }

  paste(copy: NetworkCopy): void {
    if (!('kept' in copy)) throw new TimbrelError('INTERNAL', 'The state of another network');
    this.begin();
    this.position = copy.length;
    const { kept } = copy as WebGPUCopy;
    this.body.submit((commands) =>
      kept.forEach((buffer, l) => commands.copyBufferToBuffer(buffer, 0, this.kept[l], 0, buffer.size)),
    );
  }

  forget(copy: NetworkCopy): void {
    if ('kept' in copy) this.body.free((copy as WebGPUCopy).kept);
  }

  dispose(): void {
    this.body.dispose();
  }
}

function dispatch(commands: GPUCommandEncoder, steps: readonly Step[], rows: number): void {
  const pass = commands.beginComputePass();
  for (const { pipeline, bindings, groups } of steps) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindings);
    pass.dispatchWorkgroups(groups, rows);
  }
  pass.end();
}

function attentionShape(
  { key, value, distances }: AttentionWeights,
  heads: number,
  slots: number,
  memory: number,
): AttentionShape {
  const [keyDepth, valueDepth] = [key, value].map((matrix) => fours(depthOf(matrix, heads)));
  return { heads, keyDepth, valueDepth, slots, memory, reach: distances?.reach ?? 0 };
}

/** Query, which is scaled by the root of the depth, key and value side by side. */
function projection({ query, key, value }: AttentionWeights, heads: number): Matrix {
  const scale = 1 / Math.sqrt(depthOf(key, heads));
  const { rows } = query;
  const columns = query.columns + key.columns + value.columns;
  const data = new Float32Array(rows * columns);
  for (let row = 0, at = 0; row < rows; row++) {
    for (const matrix of [query, key, value]) {
      const from = matrix.data.subarray(row * matrix.columns, (row + 1) * matrix.columns);
      data.set(matrix === query ? from.map((element) => element * scale) : from, at);
      at += matrix.columns;
    }
  }
  return { rows, columns, data };
}

/** [heads, reach, depth], depths filled up to fours. */
function distancesOf({ key, distances }: AttentionWeights, heads: number): Float32Array<ArrayBuffer> {
  const depth = depthOf(key, heads);
  if (!distances) return new Float32Array(4);
  const rows = heads * distances.reach;
  const result = new Float32Array(rows * paddedToFours(depth));
  const blocks = { rows: [rows], columns: [depth], rowUnit: 1 };
  spreadMatrix({ rows, columns: depth, data: distances.data }, blocks, result);
  return result;
}

function oneBehindTheOther(vectors: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const result = new Float32Array(vectors.reduce((sum, { length }) => sum + paddedToFours(length), 0));
  let at = 0;
  for (const vector of vectors) {
    result.set(vector, at);
    at += paddedToFours(vector.length);
  }
  return result;
}
