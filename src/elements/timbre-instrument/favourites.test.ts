import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Patch } from '../../instruments/patch.js';
import { Favourites } from './favourites.js';

const patch = (x: number) => ({ x }) as Patch;
let stored: Map<string, string>;

beforeEach(() => {
  stored = new Map();
  const localStorage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  };
  Object.defineProperty(globalThis, 'localStorage', { value: localStorage, configurable: true });
});

afterEach(() => Reflect.deleteProperty(globalThis, 'localStorage'));

describe('favourites', () => {
  test('are there for the next visit, of one instrument and not of another', () => {
    const favourites = new Favourites('a');
    assert.ok(favourites.keep({ name: 'One', patch: patch(1) }));
    assert.ok(favourites.keep({ name: 'Two', patch: patch(2) }));
    assert.deepEqual(
      new Favourites('a').list.map(({ name }) => name),
      ['One', 'Two'],
    );
    assert.deepEqual(new Favourites('b').list, []);
  });

  test('of one name are one, the newest; and are forgotten by it', () => {
    const favourites = new Favourites('a');
    favourites.keep({ name: 'One', patch: patch(1) });
    favourites.keep({ name: 'One', patch: patch(2) });
    assert.deepEqual(favourites.list, [{ name: 'One', patch: patch(2) }]);
    favourites.forget('One');
    assert.deepEqual(new Favourites('a').list, []);
  });

  test('last as long as the page where the browser keeps nothing', () => {
    Reflect.deleteProperty(globalThis, 'localStorage');
    const favourites = new Favourites('a');
    assert.equal(favourites.keep({ name: 'One', patch: patch(1) }), false);
    assert.equal(favourites.list.length, 1);
  });

  test('that are none are left out', () => {
    stored.set('timbrel-favourites-a', '[1, null, {"name": 3}, {"name": "One", "patch": {}}]');
    assert.deepEqual(
      new Favourites('a').list.map(({ name }) => name),
      ['One'],
    );
    stored.set('timbrel-favourites-b', '{');
    assert.deepEqual(new Favourites('b').list, []);
  });
});
