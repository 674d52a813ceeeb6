// Four bundles, because three kinds of thread load them, and the command line:
//   page   index.js, timbrel.js and one entry per element, flat in dist/ so that every chunk finds its siblings
//   worker model-worker.js; the tfjs backends are chunks of their own, loaded only when used
//   command  cli.js, in Node; flat too, since it starts the same worker
//   audio  voice-processor.js and recorder-processor.js, each one file without imports
import { nodeResolve } from '@rollup/plugin-node-resolve';
import commonjs from '@rollup/plugin-commonjs';
import esbuild from 'rollup-plugin-esbuild';
import { readdirSync } from 'node:fs';
import { thirdPartyNotices } from './scripts/notices.mjs';

const elementNames = readdirSync(new URL('./src/elements', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name.includes('-'))
  .map((entry) => entry.name);

// Lit's builds for Node run in browsers too, and only they can be imported where there is no DOM.
const resolveForNode = nodeResolve({ exportConditions: ['production', 'node'] });
const SHIM = '@lit-labs/ssr-dom-shim';
const litForNode = {
  name: 'lit-for-node',
  buildStart: resolveForNode.buildStart,
  resolveId(source, ...rest) {
    if (source === SHIM) return SHIM;
    return /^(lit$|lit\/|lit-|@lit\/)/.test(source)
      ? resolveForNode.resolveId.handler.call(this, source, ...rest)
      : null;
  },
  // Without a DOM the elements need a class to extend, no more. Lit's own stand-in for a DOM copies every property of the
  // window when it loads, in browsers too: 25 ms of one task.
  load: (id) =>
    id === SHIM ? 'export const customElements = undefined;\nexport class HTMLElement {}' : null,
};

const plugins = [
  litForNode,
  nodeResolve({ browser: true, exportConditions: ['production', 'browser'] }),
  commonjs(),
  esbuild({ target: 'es2022', minify: true, tsconfig: './tsconfig.json', legalComments: 'none' }),
  thirdPartyNotices(),
];

const output = { dir: 'dist', format: 'es', sourcemap: true, chunkFileNames: '[name]-[hash].js' };

/** Node built-ins are imported lazily, and only in Node. */
const external = (id) => id.startsWith('node:');

// tfjs asks for `this` at the top level of some modules, and its wasm glue for Node modules it does not need here.
const onwarn = (warning, warn) => {
  if (warning.code !== 'THIS_IS_UNDEFINED' && warning.code !== 'CIRCULAR_DEPENDENCY') warn(warning);
};

export default [
  {
    input: {
      index: 'src/index.ts',
      timbrel: 'src/timbrel.ts',
      music: 'src/music/index.ts',
      ...Object.fromEntries(elementNames.map((name) => [name, `src/elements/${name}/${name}.ts`])),
    },
    output,
    plugins,
    external,
    onwarn,
  },
  { input: { 'model-worker': 'src/models/worker.ts' }, output, plugins, external, onwarn },
  { input: { cli: 'src/cli/main.ts' }, output, plugins, external, onwarn },
  ...['voice-processor', 'recorder-processor'].map((name) => ({
    input: { [name]: `src/worklets/${name}.ts` },
    output,
    plugins,
    external,
    onwarn,
  })),
];
