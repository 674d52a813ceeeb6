import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseShard } from './shard.js';

describe('--shard I/N', () => {
  test('gives every file to one share', () => {
    for (const count of [1, 2, 4, 7]) {
      const shards = Array.from({ length: count }, (_, i) => parseShard(`${i + 1}/${count}`, '7', false));
      for (let file = 0; file < 50; file++)
        assert.equal(shards.filter((shard) => shard.isOwn(file)).length, 1);
    }
  });

  test('leaves files that are there, unless --force', () => {
    const here = new URL(import.meta.url).pathname;
    assert.equal(parseShard('1/2', '7', false).isDone(here), true);
    assert.equal(parseShard('1/2', '7', true).isDone(here), false);
    assert.equal(parseShard(undefined, '7', false).isDone(here), false);
  });

  for (const text of ['0/2', '3/2', '1', '1/', 'a/b', '1/0', '-1/2'])
    test(`${text} is none`, () => assert.throws(() => parseShard(text, '7', false), { code: 'USAGE' }));

  test('needs a seed', () => assert.throws(() => parseShard('1/2', undefined, false), /needs a --seed/));
});
