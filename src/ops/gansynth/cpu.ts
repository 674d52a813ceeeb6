import type { Generator, GeneratorWeights } from './generator.js';
export async function createCPUGenerator(_w: GeneratorWeights): Promise<Generator> {
  throw new Error('stub');
}
