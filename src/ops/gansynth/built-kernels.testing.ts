/** GANSynth's kernels as built, for tests in Node. */
import { readKernels, type BUILDS } from '../built-kernels.testing.js';
import { loadGANSynthModule } from './wasm.js';

export { BUILDS, readKernels } from '../built-kernels.testing.js';

export const compileKernels = (build: (typeof BUILDS)[number]) => loadGANSynthModule(readKernels, build);
