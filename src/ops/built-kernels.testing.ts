/** The kernels as built, for tests in Node. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import v8 from 'node:v8';

// Node 20 has relaxed SIMD behind a flag, which counts for what is compiled after it was set.
v8.setFlagsFromString('--experimental-wasm-relaxed-simd');

export const BUILDS = ['relaxed', 'simd'] as const;

const dist = new URL('../../dist/', import.meta.url);

export function readKernels(name: string): Promise<Buffer<ArrayBuffer>> {
  const file = new URL(name, dist);
  if (!existsSync(file)) throw new Error(`${file.pathname} is missing: run \`npm run build:wasm\` first`);
  return readFile(file) as Promise<Buffer<ArrayBuffer>>;
}
