import type { Generator, GeneratorWeights } from './generator.js';
export async function createWebGPUGenerator(_w: GeneratorWeights): Promise<Generator> {
  throw new Error('stub');
}
