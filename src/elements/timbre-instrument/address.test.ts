import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { readAddress, readName, writeAddress } from './address.js';

const planted = (href: string, replaceState: (...args: unknown[]) => void) =>
  Object.assign(globalThis, { location: { href, hash: '' }, history: { state: null, replaceState } });

afterEach(() => {
  for (const name of ['location', 'history']) Reflect.deleteProperty(globalThis, name);
});

describe('a patch in an address', () => {
  test('comes out as it went in, whatever its letters', () => {
    const written: unknown[] = [];
    planted('https://example.org/page?a=1#old', (...args) => written.push(args[2]));
    const patch = { corners: [{ name: 'Flöte ☼' }], x: 0.25, note: '~~~???>>>' };
    const address = writeAddress(patch);
    assert.deepEqual(written, [address]);
    assert.match(address, /^https:\/\/example\.org\/page\?a=1#patch=[\w-]+$/);
    assert.deepEqual(readAddress(new URL(address).hash), patch);
  });

  test('has its name with it, if it has one', () => {
    planted('https://example.org/', () => {});
    const { hash } = new URL(writeAddress({ x: 1 }, 'Nebel & Tau, 50 %'));
    assert.equal(readName(hash), 'Nebel & Tau, 50 %');
    assert.deepEqual(readAddress(hash), { x: 1 });
    assert.equal(readName(new URL(writeAddress({ x: 1 })).hash), undefined);
    assert.equal(readName('#patch=abc&name=%E0%A4%A'), undefined);
  });

  test('is none where there is none, and the text itself where it is damaged: who opens it says what is wrong', () => {
    assert.equal(readAddress('#top'), undefined);
    assert.equal(readAddress('#patch=abc'), 'abc');
  });

  test('is a link also where the address of the page cannot be changed', () => {
    planted('about:srcdoc', () => {
      throw new Error('SecurityError');
    });
    assert.match(writeAddress({ x: 1 }), /#patch=/);
  });
});
