// What dist/ holds, flat, so that every script finds its siblings by `new URL('./x', import.meta.url)`:
//   package  index.js, music.js, a NAME.js for each model and a NAME.element.js for each element, for bundlers and Node: dependencies stay imports, so a page has one Lit
//   page     timbrel.js, for a tag: one script with everything in it, the elements as chunks
//   worker   model-worker.js; the tfjs backends are chunks of their own, loaded only when used
//   command  cli.js, in Node; it starts the same worker, and dataset-worker.js for the pieces of datasets
//   audio    voice-processor.js and recorder-processor.js, each one file without imports
import { nodeResolve } from '@rollup/plugin-node-resolve';
import commonjs from '@rollup/plugin-commonjs';
import esbuild from 'rollup-plugin-esbuild';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { thirdPartyNotices } from './scripts/notices.mjs';

/** An element is a folder NAME with NAME.ts, which defines the tag NAME. */
const elements = new URL('./src/elements/', import.meta.url);
const elementNames = readdirSync(elements).filter((name) => {
  const file = new URL(`${name}/${name}.ts`, elements);
  return existsSync(file) && readFileSync(file, 'utf8').includes(`defineElement('${name}',`);
});

/** The models that can be imported by themselves. */
const modelNames = readdirSync(new URL('./src/entries/', import.meta.url)).map((file) =>
  file.replace('.ts', ''),
);

const { dependencies } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));

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

const TFJS_IN_NODE = fileURLToPath(new URL('./scripts/tfjs-in-node.mjs', import.meta.url));
const NOTHING = '\0nothing';
const tfjsInNode = {
  name: 'tfjs-in-node',
  resolveId(source, importer) {
    if (source.endsWith('/platform_node') && importer?.includes('tfjs-core')) return TFJS_IN_NODE;
    // seedrandom tries for Node's crypto, and goes on without.
    return source === 'crypto' && importer?.includes('seedrandom') ? NOTHING : null;
  },
  load: (id) => (id === NOTHING ? 'export default undefined;' : null),
};

const notices = thirdPartyNotices();
const pluginsWith = (minified) => [
  litForNode,
  tfjsInNode,
  nodeResolve({ browser: true, exportConditions: ['production', 'browser'] }),
  commonjs({ ignoreTryCatch: false }),
  esbuild({ target: 'es2022', ...minified, tsconfig: './tsconfig.json', legalComments: 'none' }),
  notices,
];
const plugins = pluginsWith({ minify: true });
/** In Node, and while somebody develops, classes are called by their names; bundlers make the rest of it small. */
const pluginsOfPackage = pluginsWith({ minifySyntax: true, minifyWhitespace: true });

const output = { dir: 'dist', format: 'es', sourcemap: true, chunkFileNames: '[name]-[hash].js' };

/**
 * A tag comes in few files: each file that another one names is a way to the server and back. The elements' own script, which timbrel.js
 * imports, has a name that a page can ask for beforehand.
 */
const outputOfTag = {
  ...output,
  experimentalMinChunkSize: 20_000,
  chunkFileNames: ({ moduleIds }) =>
    moduleIds.some((id) => id.endsWith('timbre-instrument/timbre-instrument.ts'))
      ? 'timbrel-main.js'
      : output.chunkFileNames,
};

/** Node built-ins are imported only in Node. */
const external = (id) => id.startsWith('node:');

const isDependency = (id) =>
  Object.keys(dependencies).some((name) => id === name || id.startsWith(`${name}/`));

// tfjs asks for `this` at the top level of some modules, and its wasm glue for Node modules it does not need here.
const onwarn = (warning, warn) => {
  if (warning.code !== 'THIS_IS_UNDEFINED' && warning.code !== 'CIRCULAR_DEPENDENCY') warn(warning);
};

export default [
  {
    input: {
      index: 'src/index.ts',
      music: 'src/music/index.ts',
      ...Object.fromEntries(modelNames.map((name) => [name, `src/entries/${name}.ts`])),
      // By its name package.json tells bundlers that an element's script does something when it is imported.
      ...Object.fromEntries(
        elementNames.map((name) => [`${name}.element`, `src/elements/${name}/${name}.ts`]),
      ),
    },
    output,
    plugins: pluginsOfPackage,
    external: (id) => external(id) || isDependency(id),
    onwarn,
  },
  { input: { timbrel: 'src/timbrel.ts' }, output: outputOfTag, plugins, external, onwarn },
  {
    input: { 'model-worker': 'src/models/worker.ts' },
    // No chunk imports the worker's own script: a server that adds a query to a worker's address (Vite, while one develops)
    // would evaluate it twice, and two servers would answer every request.
    preserveEntrySignatures: 'strict',
    // Small chunks stay what they are: merged with one of them the worker's own script would be an import alone, of a chunk that
    // package.json does not name as one that does something, and a bundler leaves it out.
    output,
    plugins,
    external,
    onwarn,
  },
  {
    input: { cli: 'src/cli/main.ts', 'dataset-worker': 'src/cli/dataset/worker.ts' },
    output,
    plugins,
    external,
    onwarn,
  },
  ...['voice-processor', 'recorder-processor'].map((name) => ({
    input: { [name]: `src/worklets/${name}.ts` },
    output,
    plugins,
    external,
    onwarn,
  })),
];
