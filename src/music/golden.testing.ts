/** Reference vectors of test/golden/data: read, frozen so that no operation can change its input, and compared. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { NoteSequence } from './note-sequence.js';

const folder = new URL('../../test/golden/data/', import.meta.url);

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

export function readGolden<T>(name: string): T {
  return deepFreeze(JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T);
}

export const readGoldenBytes = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));

/** Times in the vectors are rounded to 9 significant digits. */
const ROUNDING = 1e-8;

/** Everything equal, numbers but for the rounding of the vectors. */
export function assertSame(actual: unknown, expected: unknown, path = 'result', tolerance = ROUNDING): void {
  if (typeof expected === 'number' && typeof actual === 'number') {
    const error = Math.abs(actual - expected);
    assert.ok(error <= tolerance * Math.max(1, Math.abs(expected)), `${path} is ${actual}, not ${expected}`);
  } else if (Array.isArray(expected) && Array.isArray(actual)) {
    assert.equal(actual.length, expected.length, `length of ${path}`);
    expected.forEach((entry, i) => assertSame(actual[i], entry, `${path}[${i}]`, tolerance));
  } else if (typeof expected === 'object' && expected && typeof actual === 'object' && actual) {
    assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort(), `fields of ${path}`);
    for (const [key, entry] of Object.entries(expected)) {
      assertSame((actual as Record<string, unknown>)[key], entry, `${path}.${key}`, tolerance);
    }
  } else {
    assert.deepEqual(actual, expected, path);
  }
}

/** Fields that hold protobuf's default are the same as fields left out: compare without them. */
export function withoutDefaults<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutDefaults) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, entry]) => [key, withoutDefaults(entry)] as const)
    .filter(([, entry]) => entry !== 0 && entry !== false && entry !== '' && entry !== undefined);
  return Object.fromEntries(
    entries.filter(([, entry]) => !(Array.isArray(entry) && entry.length === 0)),
  ) as T;
}

/** The form in which sequences are compared: defaults are nothing. */
export function assertSameSequence(actual: NoteSequence, expected: unknown, path = 'result'): void {
  assertSame(withoutDefaults(actual), withoutDefaults(expected), path);
}
