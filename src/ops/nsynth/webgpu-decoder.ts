/** The WaveNet decoder on WebGPU: weights and rings in storage, the sample loop in one dispatch (wavenet-shader.ts). */
import type { SharedDevice } from '../webgpu/device.js';
import { fours, type StoredPrecision } from '../webgpu/matrices.js';
import type { Linear } from '../matrix.js';
import { Carriers, stepsWithin } from './carrier.js';
import { laidOutWeights } from './wavenet-layout.js';
import {
  CHUNK,
  carrierVectors,
  conditionVectors,
  decoderShader,
  shaderShape,
  stateVectors,
  toldVectors,
  type ShaderShape,
} from './wavenet-shader.js';
import { carrierSize, levelsOf, type DecoderWeights, type WaveNetDecoder } from './wavenet.js';

/** Bytes of a vector of four numbers. */
const VECTOR = 16;
/** A dispatch takes so long, ms: other work of the GPU waits for it, and drivers end what takes seconds. */
const DISPATCH_MS = 30;
/** Voices in lockstep at most; each has a workgroup. */
const MOST_VOICES = 64;

/** Nothing of `weights` is kept. @throws GPU_LOST */
export async function createWebGPUDecoder(
  shared: SharedDevice,
  weights: DecoderWeights,
  precision: StoredPrecision,
): Promise<WebGPUDecoder> {
  const shape = shaderShape(weights);
  const code = decoderShader(shape, precision);
  const module = shared.device.createShaderModule({ code });
  const compute = { module, entryPoint: 'decode' };
  const pipeline = await shared.untilLost(
    shared.device.createComputePipelineAsync({ layout: 'auto', compute }),
  );
  return new WebGPUDecoder(shared, pipeline, weights, shape, precision);
}

type Layout = Readonly<
  Record<'conditions' | 'state' | 'draws' | 'classes' | 'results' | 'settings', GPUBuffer>
>;

/** The voices of a run have this on the device. */
interface Run {
  readonly voices: number;
  readonly buffers: Layout;
  /** The results come to it, and are read from it. */
  readonly reading: GPUBuffer;
  readonly bindings: GPUBindGroup;
}

export class WebGPUDecoder implements WaveNetDecoder {
  readonly levels: number;
  readonly embeddingSize: number;
  readonly lockstep: number;
  private readonly weights: GPUBuffer;
  private readonly exact: GPUBuffer;
  /** From an embedding to what is added in each layer, and before the heads. */
  private readonly conditioning: readonly Linear[];
  private run: Run | undefined;
  /** Samples that the voices have behind them. */
  private behind = 0;
  private carriers: Carriers;
  /** Samples of a dispatch. */
  private atATime = 8;

  constructor(
    private readonly shared: SharedDevice,
    private readonly pipeline: GPUComputePipeline,
    weights: DecoderWeights,
    private readonly shape: ShaderShape,
    precision: StoredPrecision,
  ) {
    const { layers, out, outConditioning } = weights;
    this.levels = levelsOf(weights);
    this.embeddingSize = outConditioning.kernel.rows;
    this.carriers = new Carriers(0, carrierSize(weights), weights.samplesPerStep);
    const laidOut = laidOutWeights(weights, shape, precision);
    this.weights = this.stored(laidOut.weights);
    this.exact = this.stored(laidOut.exact);
    // The biases of both are added to the same sums.
    const together = ({ kernel, bias }: Linear, other: Linear): Linear => ({
      kernel,
      bias: bias.map((value, c) => value + other.bias[c]),
    });
    this.conditioning = [
      ...layers.map(({ conditioning, dilated }) => together(conditioning, dilated)),
      together(outConditioning, out),
    ];
    const { maxStorageBufferBindingSize, maxBufferSize } = shared.device.limits;
    const room = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    this.lockstep = Math.max(1, Math.min(MOST_VOICES, Math.floor(room / (VECTOR * stateVectors(shape)))));
  }

  get bytes(): number {
    const { run, weights, exact } = this;
    const ofRun = run ? [...Object.values(run.buffers), run.reading] : [];
    return [weights, exact, ...ofRun].reduce((sum, { size }) => sum + size, 0);
  }

  piece(): number {
    return this.atATime;
  }

  begin(randoms: readonly number[]): void {
    const { queue } = this.shared.device;
    if (this.run?.voices !== randoms.length) {
      this.endRun();
      this.run = this.createRun(randoms.length);
    }
    const { state, draws } = this.run.buffers;
    const clearing = this.shared.device.createCommandEncoder();
    clearing.clearBuffer(state);
    queue.submit([clearing.finish()]);
    const stride = 1 + this.shape.perStep;
    const first = new Uint32Array(randoms.length * stride);
    randoms.forEach((random, voice) => (first[voice * stride] = random));
    queue.writeBuffer(draws, 0, first);
    this.behind = 0;
    this.carriers = new Carriers(randoms.length, this.shape.carried, this.shape.perStep);
  }

  condition(embeddings: Float32Array, voices: number): void {
    const { width, skip } = this.shape;
    const size = 4 * conditionVectors(this.shape);
    for (let voice = 0; voice < voices; voice++) {
      const values = new Float32Array(size);
      let at = 0;
      const embedding = embeddings.subarray(voice * this.embeddingSize, (voice + 1) * this.embeddingSize);
      this.carriers.tune(voice, embedding);
      this.conditioning.forEach((linear, i) => {
        const halves = i < this.shape.layers ? 2 : 1;
        const padded = 4 * (halves === 2 ? width : skip);
        const columns = linear.bias.length / halves;
        const sums = product(linear, embedding);
        for (let half = 0; half < halves; half++, at += padded)
          values.set(sums.subarray(half * columns, (half + 1) * columns), at);
      });
      this.write(voice, 0, values);
    }
  }

  private carry(voices: number, samples: number): void {
    const { perStep, carried } = this.shape;
    if (carried === 0) return;
    const steps = stepsWithin(this.behind, samples, perStep);
    const values = new Float32Array(4 * carrierVectors(this.shape));
    for (let voice = 0; voice < voices; voice++) {
      this.carriers.write(voice, steps, values, 4 * fours(carried));
      this.write(voice, conditionVectors(this.shape), values);
    }
  }

  /** Writes what a voice is told, from a vector of its conditions on. */
  private write(voice: number, from: number, values: Float32Array<ArrayBuffer>): void {
    const at = VECTOR * (voice * toldVectors(this.shape) + from);
    this.shared.device.queue.writeBuffer(this.begun.buffers.conditions, at, values);
  }

  /** @throws GPU_LOST */
  async draw(
    voices: number,
    samples: number,
    temperature: number,
    spread = 1,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const result = new Uint8Array(voices * samples);
    await this.inChunks(samples, async (from, count) => {
      const { classes } = await this.dispatch(voices, count, { temperature, spread });
      for (let voice = 0; voice < voices; voice++)
        result.set(classes.subarray(voice * CHUNK, voice * CHUNK + count), voice * samples + from);
    });
    return result;
  }

  /** @throws GPU_LOST */
  async score(voices: number, classes: Uint8Array): Promise<Float64Array<ArrayBuffer>> {
    const samples = classes.length / voices;
    const result = new Float64Array(classes.length);
    await this.inChunks(samples, async (from, count) => {
      const given = new Uint32Array(voices * CHUNK);
      for (let voice = 0; voice < voices; voice++) {
        const at = voice * samples + from;
        given.set(classes.subarray(at, at + count), voice * CHUNK);
      }
      const { results } = await this.dispatch(voices, count, { given });
      for (let voice = 0; voice < voices; voice++)
        result.set(results.subarray(voice * CHUNK, voice * CHUNK + count), voice * samples + from);
    });
    return result;
  }

  /** @throws GPU_LOST */
  async logits(voices: number): Promise<Float32Array<ArrayBuffer>> {
    const { results } = await this.read();
    const first = this.begun.voices * CHUNK;
    const stride = 4 * this.shape.head;
    const result = new Float32Array(voices * this.levels);
    for (let voice = 0; voice < voices; voice++) {
      const at = first + voice * stride;
      result.set(results.subarray(at, at + this.levels), voice * this.levels);
    }
    return result;
  }

  dispose(): void {
    this.endRun();
    this.weights.destroy();
    this.exact.destroy();
  }

  private get begun(): Run {
    if (!this.run) throw new Error('No voices have begun');
    return this.run;
  }

  private async inChunks(
    samples: number,
    work: (from: number, count: number) => Promise<void>,
  ): Promise<void> {
    for (let from = 0; from < samples;) {
      const count = Math.min(CHUNK, this.atATime, samples - from);
      await work(from, count);
      from += count;
    }
  }

  private async dispatch(
    voices: number,
    samples: number,
    {
      given,
      temperature = 1,
      spread = 1,
    }: { given?: Uint32Array<ArrayBuffer>; temperature?: number; spread?: number },
  ) {
    const { device } = this.shared;
    this.shared.throwIfLost();
    const { buffers, bindings } = this.begun;
    const flag = given ? 1 : 0;
    const settings = new ArrayBuffer(buffers.settings.size);
    new Uint32Array(settings).set([samples, this.behind, flag, flag]);
    new Float32Array(settings).set([temperature === 0 ? 0 : 1 / temperature, spread], 4);
    device.queue.writeBuffer(buffers.settings, 0, settings);
    if (given) device.queue.writeBuffer(buffers.classes, 0, given);
    this.carry(voices, samples);
    const before = performance.now();
    const commands = device.createCommandEncoder();
    const pass = commands.beginComputePass();
    pass.setPipeline(this.pipeline);
    pass.setBindGroup(0, bindings);
    pass.dispatchWorkgroups(voices);
    pass.end();
    device.queue.submit([commands.finish()]);
    const read = await this.read();
    this.behind += samples;
    const took = performance.now() - before;
    if (samples === this.atATime && took < DISPATCH_MS / 2) this.atATime = Math.min(CHUNK, 2 * samples);
    else if (took > 2 * DISPATCH_MS) this.atATime = Math.max(1, samples >> 1);
    return read;
  }

  /** Waits for what the device has to do, and reads what it made. */
  private async read() {
    const { device } = this.shared;
    const { buffers, reading } = this.begun;
    const { classes, results } = buffers;
    const commands = device.createCommandEncoder();
    commands.copyBufferToBuffer(classes, 0, reading, 0, classes.size);
    commands.copyBufferToBuffer(results, 0, reading, classes.size, results.size);
    device.queue.submit([commands.finish()]);
    await this.shared.untilLost(reading.mapAsync(GPUMapMode.READ));
    const read = reading.getMappedRange().slice(0);
    reading.unmap();
    return {
      classes: new Uint32Array(read, 0, classes.size / 4),
      results: new Float32Array(read, classes.size),
    };
  }

  private createRun(voices: number): Run {
    const { device } = this.shared;
    const { shape } = this;
    const storage = (bytes: number) =>
      device.createBuffer({
        size: Math.max(bytes, VECTOR),
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
      });
    const buffers: Layout = {
      conditions: storage(VECTOR * voices * toldVectors(shape)),
      state: storage(VECTOR * voices * stateVectors(shape)),
      draws: storage(4 * voices * (1 + shape.perStep)),
      classes: storage(4 * voices * CHUNK),
      results: storage(4 * voices * (CHUNK + 4 * shape.head)),
      settings: device.createBuffer({ size: 32, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST }),
    };
    const order = [this.weights, this.exact, ...Object.values(buffers)];
    return {
      voices,
      buffers,
      reading: device.createBuffer({
        size: buffers.classes.size + buffers.results.size,
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      }),
      bindings: device.createBindGroup({
        layout: this.pipeline.getBindGroupLayout(0),
        entries: order.map((buffer, binding) => ({ binding, resource: { buffer } })),
      }),
    };
  }

  private endRun(): void {
    if (!this.run) return;
    for (const buffer of [...Object.values(this.run.buffers), this.run.reading]) buffer.destroy();
    this.run = undefined;
  }

  private stored(data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): GPUBuffer {
    const { device } = this.shared;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const buffer = device.createBuffer({ size: Math.max(data.byteLength, VECTOR), usage });
    device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }
}

function product({ kernel: { columns, data }, bias }: Linear, x: Float32Array): Float32Array {
  const sums = bias.slice();
  x.forEach((value, row) => {
    for (let c = 0; c < columns; c++) sums[c] += value * data[row * columns + c];
  });
  return sums;
}
