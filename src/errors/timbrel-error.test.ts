import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  ERROR_CODES,
  TimbrelError,
  deserializeError,
  serializeError,
  throwIfAborted,
} from './timbrel-error.js';

test('docs/errors.md has a section for every code, in order, and for nothing else', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  assert.deepEqual(
    [...page.matchAll(/^## (.*)$/gm)].map(([, code]) => code),
    [...ERROR_CODES],
  );
});

describe('an error crosses a thread', () => {
  const through = (error: unknown) => deserializeError(structuredClone(serializeError(error)));

  test('with its code and message', () => {
    const error = new TimbrelError('PITCH_RANGE', 'pitch is 200');
    const arrived = through(error);
    assert.ok(arrived instanceof TimbrelError);
    assert.equal(arrived.code, 'PITCH_RANGE');
    assert.equal(arrived.message, error.message);
  });

  test('twice, without its code growing', () => {
    const error = new TimbrelError('PITCH_RANGE', 'pitch is 200');
    assert.equal(through(through(error)).message, 'pitch is 200 [PITCH_RANGE]');
  });

  test('also when it is none of ours', () => {
    assert.equal(through(new RangeError('odd')).code, 'INTERNAL');
    assert.equal(through('odd').message, 'odd [INTERNAL]');
    assert.equal(through(new DOMException('gone', 'AbortError')).code, 'ABORTED');
  });
});

test('an aborted signal throws ABORTED with its reason, another does not', () => {
  throwIfAborted(undefined, 'Work');
  throwIfAborted(new AbortController().signal, 'Work');
  assert.throws(() => throwIfAborted(AbortSignal.abort('why'), 'Work'), { code: 'ABORTED', cause: 'why' });
});
