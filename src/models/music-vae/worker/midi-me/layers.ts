/** Dense layers that learn: forward, gradients by hand, and Adam (Kingma & Ba 2015). Rows of a batch lie one after the other. */
import type { Random } from '../../../../random/random.js';
import type { DenseWeights } from '../../midi-me-network.js';

/** Uniform by Glorot & Bengio 2010; biases are zero. */
export function initialWeights(inputs: number, outputs: number, random: Random): DenseWeights {
  const limit = Math.sqrt(6 / (inputs + outputs));
  const kernel = Float32Array.from({ length: inputs * outputs }, () => limit * (2 * random() - 1));
  return { inputs, outputs, kernel, bias: new Float32Array(outputs) };
}

/** x W + b. @returns [rows, outputs] */
export function affine(
  { inputs, outputs, kernel, bias }: DenseWeights,
  x: Float32Array,
  rows: number,
): Float32Array {
  const y = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    const to = row * outputs;
    y.set(bias, to);
    for (let i = 0; i < inputs; i++) {
      const value = x[row * inputs + i];
      // Half of what comes out of a ReLU.
      if (value === 0) continue;
      const from = i * outputs;
      for (let o = 0; o < outputs; o++) y[to + o] += value * kernel[from + o];
    }
  }
  return y;
}

export const relu = (x: Float32Array) => x.map((value) => (value > 0 ? value : 0));

/** The way of a batch through several layers with ReLU between them; none behind the last. @returns what each layer read, and the end */
export function forward(layers: readonly DenseWeights[], x: Float32Array, rows: number) {
  const inputs: Float32Array[] = [];
  let values = x;
  layers.forEach((layer, i) => {
    inputs.push(values);
    const y = affine(layer, values, rows);
    values = i < layers.length - 1 ? relu(y) : y;
  });
  return { inputs, output: values };
}

/** The gradient of the loss by what is learned of a layer. */
export interface DenseGradient {
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/**
 * Goes back through the layers of {@link forward}.
 * @param inputs what each layer read
 * @param gradient of the loss by the output, [rows, outputs]
 * @returns gradients of each layer, and of the loss by the input
 */
export function backward(
  layers: readonly DenseWeights[],
  inputs: readonly Float32Array[],
  gradient: Float32Array,
  rows: number,
): { readonly layers: DenseGradient[]; readonly input: Float32Array } {
  const gradients: DenseGradient[] = [];
  let above = gradient;
  for (let index = layers.length - 1; index >= 0; index--) {
    const layer = layers[index];
    const { inputs: count, outputs, kernel } = layer;
    const x = inputs[index];
    const own = { kernel: new Float32Array(kernel.length), bias: new Float32Array(outputs) };
    const below = new Float32Array(rows * count);
    for (let row = 0; row < rows; row++) {
      const at = row * outputs;
      for (let o = 0; o < outputs; o++) own.bias[o] += above[at + o];
      for (let i = 0; i < count; i++) {
        const value = x[row * count + i];
        // Below a ReLU that gave nothing there is no gradient, of the weights or of what is further below.
        if (value === 0 && index > 0) continue;
        const from = i * outputs;
        let sum = 0;
        for (let o = 0; o < outputs; o++) {
          const slope = above[at + o];
          own.kernel[from + o] += value * slope;
          sum += kernel[from + o] * slope;
        }
        below[row * count + i] = sum;
      }
    }
    gradients.unshift(own);
    above = below;
  }
  return { layers: gradients, input: above };
}

/** Steps down the gradient, in place. */
export class Adam {
  private readonly means: Float32Array[];
  private readonly squares: Float32Array[];
  private steps = 0;

  constructor(
    private readonly parameters: readonly Float32Array[],
    private readonly rate = 1e-3,
  ) {
    this.means = parameters.map(({ length }) => new Float32Array(length));
    this.squares = parameters.map(({ length }) => new Float32Array(length));
  }

  step(gradients: readonly Float32Array[]): void {
    this.steps++;
    const rate = (this.rate * Math.sqrt(1 - 0.999 ** this.steps)) / (1 - 0.9 ** this.steps);
    this.parameters.forEach((parameter, k) => {
      const [mean, square, gradient] = [this.means[k], this.squares[k], gradients[k]];
      for (let i = 0; i < parameter.length; i++) {
        mean[i] = 0.9 * mean[i] + 0.1 * gradient[i];
        square[i] = 0.999 * square[i] + 0.001 * gradient[i] ** 2;
        parameter[i] -= (rate * mean[i]) / (Math.sqrt(square[i]) + 1e-8);
      }
    });
  }
}
