import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHistogram } from './histogram.js';

test('a histogram is twelve weights, separated by commas or spaces', () => {
  assert.deepEqual(parseHistogram('1,0, 0.5 0 1 1 0 1 0 1 0 1'), [1, 0, 0.5, 0, 1, 1, 0, 1, 0, 1, 0, 1]);
});

test('anything else is none: the model decides', () => {
  for (const text of [
    '',
    '1,2,3',
    '0,0,0,0,0,0,0,0,0,0,0,0',
    '-1,0,0,0,0,0,0,0,0,0,0,1',
    'a,b,c,d,e,f,g,h,i,j,k,l',
  ])
    assert.equal(parseHistogram(text), undefined, text);
});
