import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { shareModel } from './share-model.js';

const FIRST = 'https://example.org/first/';

function planted() {
  const made: { ended: boolean; disposed: boolean; dispose(): void }[] = [];
  const load = () => {
    const model = { ended: false, disposed: false, dispose: () => void (model.disposed = true) };
    made.push(model);
    return Promise.resolve(model);
  };
  const options = { signal: new AbortController().signal, onProgress: () => {} };
  const share = (source?: string | readonly File[], configuration?: string) =>
    shareModel('MelodyRNN', source, { ...options, configuration }, load);
  return { made, share };
}

describe('elements share a model', () => {
  test('of the same checkpoint and configuration, and of no other', async () => {
    const { made, share } = planted();
    const leases = await Promise.all([
      share(FIRST),
      share(FIRST),
      share(FIRST, 'attention_rnn'),
      share('https://example.org/second/'),
      share(),
      share('melody_rnn/small'),
    ]);
    const numbers = leases.map(({ value }) => made.indexOf(value));
    assert.deepEqual(numbers, [0, 0, 1, 2, 3, 3]);
    leases.forEach((lease) => lease.dispose());
  });

  test('which is disposed of with the last of them, and loaded anew after that', async () => {
    const { made, share } = planted();
    const [one, other] = await Promise.all([share(FIRST), share(FIRST)]);
    one.dispose();
    await Promise.resolve();
    assert.equal(made[0].disposed, false);
    other.dispose();
    await Promise.resolve();
    assert.equal(made[0].disposed, true);
    const again = await share(FIRST);
    assert.equal(again.value, made[1]);
    again.dispose();
  });

  test('but none whose worker died, nor dropped files', async () => {
    const { made, share } = planted();
    const dead = await share(FIRST);
    made[0].ended = true;
    const other = await share(FIRST);
    assert.notEqual(other.value, dead.value);
    const files = [new File([], 'weights_manifest.json')];
    const [mine, yours] = await Promise.all([share(files), share(files)]);
    assert.notEqual(mine.value, yours.value);
    for (const lease of [dead, other, mine, yours]) lease.dispose();
  });
});
