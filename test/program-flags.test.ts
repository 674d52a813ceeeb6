/** A program started with flags that a worker thread cannot have loads a model all the same. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

const dist = new URL('../dist/index.js', import.meta.url).href;
const PROGRAM = `
  import { MelodyRNN } from ${JSON.stringify(dist)};
  const model = await MelodyRNN.load();
  console.log(model.description.model);
  model.dispose();
`;

describe('node', () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'flags-'));
    await writeFile((file = path.join(folder, 'app.mjs')), PROGRAM);
  });
  after(() => rm(folder, { recursive: true }));

  const run = async (...args: readonly string[]) => {
    // In a folder of its own: --prof writes a file beside the program.
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder });
    return stdout.trim();
  };

  for (const flag of [
    '--max-old-space-size=2000',
    '--expose-gc',
    '--stack-size=900',
    '--title=app',
    '--prof',
  ]) {
    test(flag, async () => assert.equal(await run(flag, file), 'MelodyRNN'));
  }

  const text = ['--input-type=module', '-e', PROGRAM];
  test('--input-type, a program that is text', async () => assert.equal(await run(...text), 'MelodyRNN'));
  test('--input-type with a flag of V8', async () =>
    assert.equal(await run('--max-old-space-size=2000', ...text), 'MelodyRNN'));
});
