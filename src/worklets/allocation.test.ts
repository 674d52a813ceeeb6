import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('./allocation.testing.ts', import.meta.url));

async function play(...args: string[]): Promise<{ calls: number; collections: number; live: number }> {
  const flags = ['--max-semi-space-size=1', '--expose-gc', '--import', 'tsx'];
  const { stderr } = await promisify(execFile)(process.execPath, [...flags, script, ...args]);
  const line = stderr.split('\n').find((text) => text.startsWith('{"calls"'));
  return JSON.parse(line ?? '{}');
}

test('a million calls of process, over both transports and of a note that is decoded meanwhile, collect no garbage', async () => {
  const { collections, ...rest } = await play();
  assert.deepEqual(rest, { calls: 1_000_000, kept: 0, live: 1 });
  // Message handlers may allocate, and fill the young generation once; one number a call would fill it sixteen times.
  assert.ok(collections <= 1, `${collections} collections`);
});

test('with one array allocated per call they collect a lot: the test can see', async () => {
  const { collections } = await play('planted');
  assert.ok(collections > 50, `${collections} collections`);
});
