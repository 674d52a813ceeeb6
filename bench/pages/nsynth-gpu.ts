/**
 * NSynth's WaveNets on WebGPU: samples a second of the sample loop, alone and in lockstep, and the encoder, beside the limits of reading the
 * weights. Weights are drawn by seed: their values cost nothing. Without a GPU it has no rows.
 */
import { TimbrelError } from '../../src/errors/timbrel-error.js';
import { randomNetworks, type SmallShape } from '../../src/ops/nsynth/random-weights.testing.js';
import { decoderMacs } from '../../src/ops/nsynth/wavenet.js';
import { createWebGPUNetworks } from '../../src/ops/nsynth/webgpu-networks.js';
import { median, type Row } from '../statistics.js';

const ROUNDS = 5;
const RATE = 16000;
const VOICES = [1, 4, 16, 64];
/** A round draws for so long, ms. */
const ROUND = 500;

/** As published, and small ones: four samples a step, and one. */
const FULL: SmallShape = { width: 512, skip: 256, layers: 30, stages: 10, taps: 3, size: 16, levels: 256 };
const STEPS: SmallShape = { ...FULL, width: 96, skip: 64, layers: 12, stages: 6, samplesPerStep: 4 };
const NARROW: SmallShape = { ...FULL, width: 48, skip: 32, layers: 20 };

async function benchmark(): Promise<Row[]> {
  try {
    return [
      ...(await timeNetworks('full size', FULL, true)),
      ...(await timeNetworks('96/64 x 12, 4 samples a step', STEPS)),
      ...(await timeNetworks('48/32 x 20', NARROW)),
    ];
  } catch (error) {
    if (error instanceof TimbrelError && error.code === 'GPU_UNAVAILABLE') return [];
    throw error;
  }
}

async function timeNetworks(title: string, shape: SmallShape, encoding = false): Promise<Row[]> {
  const weights = randomNetworks(shape);
  const { encoder: wide } = randomNetworks({ ...FULL, width: 128, skip: 8 });
  const networks = await createWebGPUNetworks({ ...weights, encoder: wide }, 'float16', true);
  const { decoder, encoder, adapter } = networks;
  const rows: Row[] = [];
  for (const voices of VOICES.filter((count) => count <= decoder.lockstep)) {
    decoder.begin(Array.from({ length: voices }, (_, i) => i));
    decoder.condition(new Float32Array(voices * shape.size), voices);
    // Finds out how many samples a dispatch may have.
    await drawFor(decoder, voices, ROUND);
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round++) rates.push(await drawFor(decoder, voices, ROUND));
    const rate = median(rates);
    const gigamacs = (rate * decoderMacs(weights.decoder)) / 1e9;
    rows.push({
      name: `WebGPU, decoding, ${title}, float16, ${voices === 1 ? '1 voice' : `${voices} voices`}`,
      value: Math.round(rate),
      unit: 'samples/s',
      note: `${(rate / voices / RATE).toFixed(3)} x real time each; ${gigamacs.toFixed(1)} GMAC/s; ${adapter}`,
    });
  }
  if (encoding) {
    const x = Float32Array.from({ length: 125 * 512 }, (_, i) => Math.sin(i / 9));
    const times: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const start = performance.now();
      await encoder!.encode(x, 512, () => {});
      times.push(performance.now() - start);
    }
    const value = Math.round(median(times.slice(1)));
    rows.push({ name: 'WebGPU, encoding 4 s, full size', value, unit: 'ms', note: adapter });
  }
  networks.dispose();
  return rows;
}

/** @returns samples of all voices a second */
async function drawFor(
  decoder: Awaited<ReturnType<typeof createWebGPUNetworks>>['decoder'],
  voices: number,
  milliseconds: number,
): Promise<number> {
  const start = performance.now();
  let samples = 0;
  while (performance.now() - start < milliseconds) {
    const piece = decoder.piece();
    await decoder.draw(voices, piece, 1);
    samples += voices * piece;
  }
  return (1000 * samples) / (performance.now() - start);
}

Object.assign(globalThis, { benchmark });
