/** The folder dependency rule: a folder imports only from what stands further right, or from what all share. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** What a folder may import besides itself; see docs/map.md. */
const SHARED = ['messages', 'ring', 'errors', 'random', 'latent', 'node', 'bytes'];
const BELOW_WORKERS = ['ops', 'checkpoints', 'music', 'audio'];
const ALLOWED: Record<string, readonly string[]> = {
  entries: ['instruments', 'models'],
  elements: ['instruments', 'midi', 'models', 'workers', ...BELOW_WORKERS],
  // The command plays the audio thread's voices without an audio thread.
  cli: ['instruments', 'midi', 'models', 'workers', 'worklets', ...BELOW_WORKERS],
  instruments: ['midi', 'models', 'workers', ...BELOW_WORKERS],
  midi: BELOW_WORKERS,
  models: ['workers', ...BELOW_WORKERS],
  workers: BELOW_WORKERS,
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
  bytes: [],
};
/** Imports what runs in a worker, and is the only one to do so. */
const WORKER_ENTRY = path.join('models', 'worker.ts');

/** Folders of models that are no family: what several share, and checkpoints. */
const NEUTRAL = ['continuation', 'checkpoints'];

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

/** `models/gansynth/worker` of what runs in a worker for GANSynth; undefined of what runs elsewhere. */
function workerSideOf(file: string): string | undefined {
  const [models, family, worker] = file.split(path.sep);
  return models === 'models' && worker === 'worker' ? path.join(models, family, worker) : undefined;
}

/** `gansynth` of what belongs to GANSynth, in its worker or not. */
function familyOf(file: string): string | undefined {
  const [models, family, ...rest] = file.split(path.sep);
  return models === 'models' && rest.length > 0 ? family : undefined;
}

function isAllowed({ from, to }: Import): boolean {
  const workerSide = workerSideOf(to);
  if (workerSide !== undefined && workerSideOf(from) !== workerSide && from !== WORKER_ENTRY) return false;
  const [family, other] = [familyOf(from), familyOf(to)];
  if (family && other && family !== other && !NEUTRAL.includes(other)) return false;
  const [source, target] = [folderOf(from), folderOf(to)];
  if (source === '' || source === target) return true;
  return SHARED.includes(target) || ALLOWED[source]?.includes(target) === true;
}

export const violations = (imports: readonly Import[]): string[] =>
  imports.filter((one) => !isAllowed(one)).map(({ from, to }) => `${from} imports ${to}`);

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

  const violationsOf = (file: string, statement: string) =>
    violations(importsOf(path.join(src, file), statement));

  test('the rule sees a forbidden import, in each form that an import can have', () => {
    for (const statement of [
      `import { a } from '../elements/b.js';`,
      `import '../elements/b.js';`,
      `export * from '../elements/b.js';`,
      `const c = await import('../elements/b.js');`,
    ]) {
      assert.equal(violationsOf('audio/planted.ts', statement).length, 1, statement);
    }
  });

  test('the rule refuses each of these, and allows its neighbour', () => {
    const refused = [
      ['workers/planted.ts', '../models/load-options.js'],
      ['models/gansynth/planted.ts', '../../instruments/context.js'],
      ['models/gansynth/planted.ts', '../event-rnn/protocol.js'],
      ['models/continuation/planted.ts', '../event-rnn/protocol.js'],
      ['models/gansynth/gansynth.ts', './worker/server.js'],
      ['models/event-rnn/worker/planted.ts', '../../gansynth/worker/server.js'],
      ['cli/planted.ts', '../models/gansynth/worker/weights.js'],
      ['index.ts', './models/gansynth/worker/server.js'],
      ['instruments/planted.ts', '../elements/theme.js'],
      ['elements/planted.ts', '../cli/options.js'],
      ['worklets/planted.ts', '../music/events.js'],
    ];
    const allowed = [
      ['models/planted.ts', '../workers/client.js'],
      ['instruments/planted.ts', '../models/gansynth/gansynth.js'],
      ['models/worker.ts', './gansynth/worker/server.js'],
      ['models/event-rnn/planted.ts', '../continuation/event-model.js'],
      ['models/event-rnn/worker/planted.ts', './decoder.js'],
      ['models/event-rnn/worker/planted.ts', '../encodings/controls.js'],
      ['worklets/planted.ts', '../audio/loop.js'],
    ];
    const seen = ([file, target]: readonly string[]) => violationsOf(file, `import '${target}';`).length;
    assert.deepEqual(
      refused.filter((one) => seen(one) !== 1),
      [],
    );
    assert.deepEqual(
      allowed.filter((one) => seen(one) !== 0),
      [],
    );
  });
});
