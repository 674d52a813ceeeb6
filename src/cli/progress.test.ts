import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressOfPieces, progressOn } from './progress.js';

function recorded(isTerminal: boolean) {
  const written: string[] = [];
  let time = 0;
  const stream = { write: (text: string) => written.push(text) };
  const progress = progressOn(stream, isTerminal, () => (time += 1000))('Scoring');
  return { written, progress };
}

test('a terminal sees one line, written over and taken away', () => {
  const { written, progress } = recorded(true);
  progress.update(1, 4, '10 of 40 events');
  progress.update(3, 0);
  progress.end();
  assert.deepEqual(written, [
    '\r\u001b[KScoring [######..................] 25 % 10 of 40 events',
    '\r\u001b[KScoring 3',
    '\r\u001b[K',
  ]);
});

test('a file sees a line every ten seconds, and of short work none', () => {
  const written: string[] = [];
  let time = 0;
  const progress = progressOn({ write: (text: string) => written.push(text) }, false, () => time)('Reading');
  for (; time < 25_000; time += 100) progress.update(time, 40_000, 'a.mid');
  progress.end();
  assert.deepEqual(written, ['Reading 25 % a.mid\n', 'Reading 50 % a.mid\n']);
});

test('pieces of which several are under way are added up', () => {
  const told: unknown[][] = [];
  const begin = progressOfPieces({ update: (...all) => told.push(all), end() {} }, 2);
  const [one, other] = [begin(), begin()];
  one(0.25);
  other(0.5);
  one(1);
  other(1);
  assert.deepEqual(told, [
    [0.25, 2, '0 of 2'],
    [0.75, 2, '0 of 2'],
    [1.5, 2, '1 of 2'],
    [2, 2, '2 of 2'],
  ]);
});

test('the line is written ten times a second at most', () => {
  const written: string[] = [];
  let time = 0;
  const progress = progressOn({ write: (text: string) => written.push(text) }, true, () => time)('x');
  for (; time < 1000; time++) progress.update(time, 1000);
  assert.equal(written.length, 10);
});
