import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COMPUTER_KEYS, isBlack, layOut, noteName, spokenName } from './layout.js';

describe('the layout of a piano', () => {
  test('names middle C, pitch 60, C4', () => {
    assert.equal(noteName(60), 'C4');
    assert.equal(noteName(0), 'C-1');
    assert.equal(noteName(127), 'G9');
    assert.equal(spokenName(66), 'F sharp 4');
  });

  test('has 52 white and 36 black keys from A0 to C8', () => {
    const { keys, whites } = layOut(21, 108);
    assert.equal(whites, 52);
    assert.equal(keys.filter(({ black }) => black).length, 36);
  });

  test('begins and ends with a white key', () => {
    const { keys } = layOut(49, 70);
    assert.equal(keys[0].pitch, 48);
    assert.equal(keys.at(-1)?.pitch, 71);
  });

  test('leaves every white key a part between the black ones', () => {
    const { keys } = layOut(48, 72);
    const blacks = keys.filter(({ black }) => black);
    for (let i = 1; i < blacks.length; i++) {
      assert.ok(
        blacks[i].left - blacks[i - 1].left > 1,
        `between ${blacks[i - 1].pitch} and ${blacks[i].pitch}`,
      );
    }
  });

  test('puts the black keys on the upper row of letters', () => {
    const upper = [...COMPUTER_KEYS].filter(
      ([code]) => 'WETYUOP'.includes(code.at(-1) ?? '') && code.startsWith('Key'),
    );
    assert.deepEqual(
      upper.map(([, semitones]) => isBlack(semitones)),
      upper.map(() => true),
    );
    assert.equal(upper.length, 7);
    assert.equal(COMPUTER_KEYS.get('KeyA'), 0);
    assert.equal(COMPUTER_KEYS.get('KeyK'), 12);
  });
});
