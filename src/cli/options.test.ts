import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TimbrelError } from '../errors/timbrel-error.js';
import { parseOptions } from './options.js';

const TABLE = {
  'primer-midi': { type: 'string', description: '' },
  'num-outputs': { type: 'number', description: '', default: 10 },
  'top-k': { type: 'number', description: '' },
  'render-chords': { type: 'boolean', description: '' },
  inject: { type: 'boolean', description: '', default: true },
  input: { type: 'string', description: '', multiple: true },
} as const;

const parse = (...args: string[]) => parseOptions(TABLE, args);

describe('options', () => {
  test('have their defaults, and are undefined without', () => {
    assert.deepEqual(parse().values, {
      'primer-midi': undefined,
      'num-outputs': 10,
      'top-k': undefined,
      'render-chords': false,
      inject: true,
      input: [],
    });
  });

  test('are read in all their forms', () => {
    const { values, positionals } = parse(
      ...['a', '--primer-midi', 'x.mid', '--num-outputs=3', '--render-chords', '--no-inject'],
      ...['--input', 'b', '--input', 'c', 'd'],
    );
    assert.deepEqual(positionals, ['a', 'd']);
    assert.deepEqual(values, {
      'primer-midi': 'x.mid',
      'num-outputs': 3,
      'top-k': undefined,
      'render-chords': true,
      inject: false,
      input: ['b', 'c'],
    });
  });

  test('are read in the spelling of Magenta', () => {
    const { values } = parse(
      '--primer_midi=my_file.mid',
      '--num_outputs',
      '2',
      '--inject=false',
      '--render_chords=true',
    );
    assert.equal(values['primer-midi'], 'my_file.mid');
    assert.equal(values['num-outputs'], 2);
    assert.equal(values.inject, false);
    assert.equal(values['render-chords'], true);
  });

  test('take numbers below zero, and truths in a word of their own', () => {
    const { values, positionals } = parse(
      ...['a', '--num-outputs', '-1', '--top-k', '-.5', '--primer-midi', '-1.mid'],
      ...['--inject', 'false', '--render_chords', 'true', '--', '--top-k', '-3'],
    );
    assert.deepEqual(positionals, ['a', '--top-k', '-3']);
    assert.deepEqual(values, {
      'primer-midi': '-1.mid',
      'num-outputs': -1,
      'top-k': -0.5,
      'render-chords': true,
      inject: false,
      input: [],
    });
    assert.deepEqual(parse('--render-chords', 'b').positionals, ['b']);
  });

  test('that are unknown, without value or no numbers are named', () => {
    const cases: [string[], RegExp][] = [
      [['--outputs', '3'], /--outputs/],
      [['--num-outputs', 'x'], /--num-outputs is "x"; expected a number/],
      [['--num-outputs', 'Infinity'], /--num-outputs is "Infinity"/],
      [['--primer-midi'], /--primer-midi is without a value/],
    ];
    for (const [args, message] of cases) {
      assert.throws(
        () => parse(...args),
        (error) => error instanceof TimbrelError && error.code === 'USAGE' && message.test(error.message),
      );
    }
  });
});
