/** The plain reference on tfjs' own JavaScript backend: slow, and obviously right. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { Generator, GeneratorWeights } from './generator.js';
import { createReferenceGenerator } from './reference.js';

export async function createCPUGenerator(weights: GeneratorWeights): Promise<Generator> {
  // Whoever asks for the plain reference need not be told of a faster one.
  tf.enableProdMode();
  await tf.setBackend('cpu');
  return createReferenceGenerator(weights);
}
