/** What the built files contain, read from their source maps: which thread loads which code. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist', import.meta.url));

/** Chunks that loading `entry` loads; with `lazy`, also those it may load later. */
function chunksOf(entry: string, lazy: boolean): string[] {
  const seen = new Set<string>();
  const visit = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    const code = readFileSync(path.join(dist, name), 'utf8');
    for (const [, specifier] of code.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
      visit(specifier);
    if (lazy)
      for (const [, specifier] of code.matchAll(/import\(\s*["']\.\/([^"']+\.js)["']/g)) visit(specifier);
  };
  visit(entry);
  return [...seen];
}

/** Source files that a chunk holds, relative to the repository. */
function sourcesOf(chunk: string): string[] {
  const map = JSON.parse(readFileSync(path.join(dist, `${chunk}.map`), 'utf8')) as { sources: string[] };
  return map.sources.map((source) => path.relative(path.dirname(dist), path.resolve(dist, source)));
}

/** The worker loads a family by its server. */
function serverOf(family: string): string {
  const server = `src/models/${family}/worker/server.ts`;
  const chunk = chunksOf('model-worker.js', true).find((name) => sourcesOf(name).includes(server));
  assert.ok(chunk, `${server} is in a chunk that the worker can load`);
  return chunk;
}

const allSources = (entry: string, lazy: boolean) => chunksOf(entry, lazy).flatMap(sourcesOf);

/** On the main thread: names, sizes and addresses, but nothing that computes or decodes. */
const MAIN_THREAD_MAY = [
  'src/checkpoints/resolve-source.ts',
  'src/checkpoints/catalogue.ts',
  'src/checkpoints/sources/address.ts',
  'src/checkpoints/shipped/',
];
const COMPUTES = /^src\/(models\/[^/]+\/worker|ops|checkpoints)\/|^src\/models\/worker\.ts/;

describe('the main thread', () => {
  for (const entry of ['timbrel.js', 'index.js', 'gansynth-instrument.element.js', 'drums-rnn.element.js']) {
    test(`${entry} reaches no model and no checkpoint decoding, not even lazily`, () => {
      const sources = allSources(entry, true);
      assert.ok(sources.includes('src/workers/spawn.ts'), 'the walk found the product');
      assert.deepEqual(
        sources.filter(
          (file) => COMPUTES.test(file) && !MAIN_THREAD_MAY.some((name) => file.startsWith(name)),
        ),
        [],
      );
    });

    test(`${entry} reaches no tfjs`, () => {
      assert.deepEqual(
        allSources(entry, true).filter((file) => file.includes('@tensorflow')),
        [],
      );
    });
  }
});

describe('the model worker', () => {
  test('loads no family before a page names it', () => {
    const sources = allSources('model-worker.js', false);
    assert.ok(sources.includes('src/workers/server.ts'), 'the walk found the wire');
    // A few lines that several families share may come with the wire.
    assert.deepEqual(
      sources.filter((file) =>
        /^src\/(models\/(?!continuation)[^/]+|ops\/(?!layers)[^/]+|checkpoints)\//.test(file),
      ),
      [],
    );
  });

  test('loads GANSynth on wasm without tfjs', () => {
    const sources = allSources(serverOf('gansynth'), false);
    assert.ok(sources.includes('src/ops/gansynth/wasm.ts'), 'the walk found the kernels');
    assert.deepEqual(
      sources.filter((file) => file.includes('@tensorflow')),
      [],
    );
  });

  test('reads the shipped checkpoint without the other formats, and can load those', () => {
    const format =
      /^src\/checkpoints\/(?:formats\/(?:open-file|open-address|tensorflow-v[12]|mag|table|tar|zip|gzip|inflated))\.ts$|fflate/;
    const needed = allSources(serverOf('gansynth'), false);
    assert.ok(needed.includes('src/checkpoints/formats/magenta-js.ts'), 'the walk found the reader');
    assert.deepEqual(
      needed.filter((file) => format.test(file)),
      [],
    );
    assert.equal(allSources('model-worker.js', true).filter((file) => format.test(file)).length >= 9, true);
  });

  test('can load tfjs when WebGPU or the plain reference is used', () => {
    assert.ok(allSources('model-worker.js', true).some((file) => file.includes('tfjs-backend-webgpu')));
  });
});

test('a tag is two scripts: the one that the page names, and all of an instrument in another', () => {
  assert.deepEqual(chunksOf('timbrel.js', false), ['timbrel.js', 'timbrel-main.js']);
  const sources = sourcesOf('timbrel-main.js');
  for (const name of ['gansynth-instrument', 'piano-keyboard', 'morph-pad', 'rainbow-gram', 'midi-input'])
    assert.ok(sources.includes(`src/elements/${name}/${name}.ts`), name);
});

test('the audio processor is one file without imports', () => {
  assert.deepEqual(chunksOf('voice-processor.js', true), ['voice-processor.js']);
});

const scripts = readdirSync(dist).filter((name) => name.endsWith('.js'));
const codeOf = (name: string) => readFileSync(path.join(dist, name), 'utf8');

/** Packages that the scripts an entry may load ask for by name. */
const packagesOf = (entry: string) =>
  new Set(
    chunksOf(entry, true).flatMap((chunk) =>
      [
        ...codeOf(chunk).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']((?:@[\w-]+\/)?[\w-]+)(?:\/[^"']*)?["']/g),
      ].map(([, name]) => name),
    ),
  );

describe('what others build with', () => {
  const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const elements = readdirSync(new URL('../src/elements', import.meta.url)).filter((name) =>
    existsSync(path.join(dist, `${name}.element.js`)),
  );

  test('entries of the package import its dependencies, all of them and no others', () => {
    assert.ok(elements.length >= 11);
    const entries = ['index.js', 'music.js', ...elements.map((name) => `${name}.element.js`)];
    const asked = new Set(entries.flatMap((entry) => [...packagesOf(entry)]));
    assert.deepEqual([...asked].sort(), Object.keys(dependencies).sort());
  });

  test('the script for a tag, the worker and the audio processors have all they need in them', () => {
    // webmidi names it in a text that only Node runs.
    const unasked = new Set(['jzz']);
    for (const entry of ['timbrel.js', 'model-worker.js', 'voice-processor.js', 'recorder-processor.js']) {
      assert.deepEqual(
        [...packagesOf(entry)].filter((name) => !unasked.has(name)),
        [],
        entry,
      );
    }
  });

  test('no script calls `require`, which bundlers would follow', () => {
    assert.deepEqual(
      scripts.filter((name) => /\brequire\(/.test(codeOf(name))),
      [],
    );
  });
});
