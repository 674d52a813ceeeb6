// Builds the SIMD kernels: one module with relaxed SIMD, one without. `node wasm/build.mjs [folder]`, default dist/.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const here = fileURLToPath(new URL('.', import.meta.url));
const out = path.resolve(process.argv[2] ?? path.join(here, '../dist'));
mkdirSync(out, { recursive: true });
writeKernels();

const BUILDS = [
  ['simd', ['simd']],
  ['relaxed', ['simd', 'relaxed-simd']],
];
const MODULES = [
  ['gansynth', 'index.ts'],
  ['lstm', 'lstm.ts'],
  ['transformer', 'transformer.ts'],
  ['conv-stack', 'conv-stack.ts'],
  ['nsynth', 'nsynth.ts'],
];

for (const [name, entry, features] of MODULES.flatMap(([module, entry]) =>
  BUILDS.map(([build, features]) => [`${module}.${build}.wasm`, entry, features]),
)) {
  const { error, stderr } = await asc.main([
    path.join(here, 'assembly', entry),
    '--outFile',
    path.join(out, name),
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--initialMemory',
    '2',
    ...features.flatMap((feature) => ['--enable', feature]),
  ]);
  if (error) {
    console.error(`${name} could not be built: ${error.message}\n${stderr}`);
    process.exit(1);
  }
}

/** Immediate offsets of loads must be literals in AssemblyScript, so the kernel is written out for each common K. */
function writeKernels() {
  const template = readFileSync(path.join(here, 'assembly/gemm-kernel.template.ts'), 'utf8');
  const kernel = (
    name,
    { comment = `for K = ${name}`, parameter = '', bytes, advance = `${bytes} * 3`, row },
  ) =>
    template
      .replace(/NAME/, name)
      .replace(/COMMENT/, comment)
      .replace(/ PARAMETER/, parameter)
      .replace(/BYTES/g, bytes)
      .replace(/ADVANCE/, advance)
      .replace(/ROW(\d)/g, (_, i) => row(Number(i)));
  const offset = (bytes) => (i) => `v128.load32_splat(a, ${bytes * i})`;
  const anyOffset = (i) => `v128.load32_splat(a + <usize>(k * ${4 * i}))`;
  const kernels = [8, 16, 32, 64, 128, 256].map((k) => kernel(k, { bytes: 4 * k, row: offset(4 * k) }));
  kernels.push(
    kernel('Other', { comment: 'for any K', parameter: ', k: i32', bytes: '(k * 4)', row: anyOffset }),
  );
  // Rows that overlap: each begins a third of a row behind the one before.
  for (const k of [8, 16, 24, 32, 48, 64, 96]) {
    const comment = `for rows of 3 x ${k} that begin ${k} apart`;
    kernels.push(kernel(`Sliding${k}`, { comment, bytes: 12 * k, advance: `${4 * k}`, row: offset(4 * k) }));
  }
  kernels.push(
    kernel('SlidingOther', {
      comment: 'for rows of 3 x k that begin k apart',
      parameter: ', k: i32',
      bytes: '(k * 12)',
      advance: '(k * 4)',
      row: anyOffset,
    }),
  );
  // Rows of two: each begins half of a row behind the one before.
  for (const k of [8, 16, 32, 48, 64]) {
    const comment = `for rows of 2 x ${k} that begin ${k} apart`;
    kernels.push(kernel(`Pair${k}`, { comment, bytes: 8 * k, advance: `${8 * k}`, row: offset(4 * k) }));
  }
  kernels.push(
    kernel('PairOther', {
      comment: 'for rows of 2 x k that begin k apart',
      parameter: ', k: i32',
      bytes: '(k * 8)',
      advance: '(k * 8)',
      row: anyOffset,
    }),
  );
  const head = "// Written by build.mjs from gemm-kernel.template.ts.\nimport { fma } from './simd';\n\n";
  writeFileSync(path.join(here, 'assembly/gemm-kernels.generated.ts'), head + kernels.join('\n'));
}
