/** The folder dependency rule: a folder imports only from what stands further right, or from what all share. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** What a folder may import besides itself; see docs/map.md. */
const SHARED = ['messages', 'ring', 'errors', 'random', 'latent', 'node'];
const BELOW_MODELS = ['ops', 'checkpoints', 'music', 'audio'];
const ALLOWED: Record<string, readonly string[]> = {
  elements: ['instruments', 'midi', 'workers', 'models', ...BELOW_MODELS],
  cli: ['instruments', 'midi', 'workers', 'models', ...BELOW_MODELS],
  instruments: ['midi', 'workers', 'models', ...BELOW_MODELS],
  midi: ['models', ...BELOW_MODELS],
  workers: ['models', ...BELOW_MODELS],
  models: BELOW_MODELS,
  ops: ['checkpoints', 'music', 'audio'],
  checkpoints: ['music', 'audio'],
  music: ['audio'],
  audio: [],
  worklets: ['audio'],
  messages: [],
  ring: [],
  errors: [],
  random: [],
  latent: [],
  node: [],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Import and export specifiers, static and dynamic, that name a file of ours. */
export function importsOf(file: string, text: string): Import[] {
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(
    ([, specifier]) => specifier,
  );
  return specifiers.map((specifier) => ({
    from: path.relative(src, file),
    to: path.relative(src, path.resolve(path.dirname(file), specifier)),
  }));
}

const folderOf = (file: string) => (file.includes(path.sep) ? file.split(path.sep)[0] : '');

export function violations(imports: readonly Import[]): string[] {
  return imports
    .filter(({ from, to }) => {
      const [source, target] = [folderOf(from), folderOf(to)];
      if (source === '' || source === target) return false;
      return !SHARED.includes(target) && !ALLOWED[source]?.includes(target);
    })
    .map(({ from, to }) => `${from} imports ${to}`);
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => path.join(src, file));

describe('folders of src', () => {
  test('are all named in the rule', () => {
    assert.deepEqual(
      [...new Set(files.map((file) => folderOf(path.relative(src, file))))].filter((f) => f && !ALLOWED[f]),
      [],
    );
  });

  test('import only what the rule allows', () => {
    assert.deepEqual(violations(files.flatMap((file) => importsOf(file, readFileSync(file, 'utf8')))), []);
  });

  test('the rule sees a forbidden import, in each form that an import can have', () => {
    for (const statement of [
      `import { a } from '../elements/b.js';`,
      `import '../elements/b.js';`,
      `export * from '../elements/b.js';`,
      `const c = await import('../elements/b.js');`,
    ]) {
      assert.equal(violations(importsOf(path.join(src, 'audio/planted.ts'), statement)).length, 1, statement);
    }
  });
});
