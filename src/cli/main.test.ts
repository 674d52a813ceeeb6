import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { timbrel } from './command.testing.js';
import { COMMANDS, isGroup, type Entry } from './registry.js';

let folder: string;
before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'timbrel-main-'))));
after(() => rm(folder, { recursive: true }));

/** Every way to a command or group. */
const paths = (entry: Entry, words: string[] = []): string[][] =>
  isGroup(entry)
    ? [words, ...Object.entries(entry.commands).flatMap(([name, sub]) => paths(sub, [...words, name]))]
    : [words];

describe('--help', () => {
  for (const words of paths(COMMANDS)) {
    test(`of timbrel ${words.join(' ')} says how it is used, with an example`, async () => {
      const { code, stdout, stderr } = await timbrel(...words, '--help');
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^Usage\n {2}timbrel/m);
      assert.match(stdout, new RegExp(`^Examples\\n {2}timbrel ${words.join(' ')}`, 'm'));
      assert.equal(stderr, '');
    });
  }

  test('names every option of a command with what it does', async () => {
    const { stdout } = await timbrel('performance-rnn', 'generate', '--help');
    for (const name of ['checkpoint', 'primer-midi', 'notes-per-second', 'temperature', 'seed', 'json'])
      assert.match(stdout, new RegExp(`^ {2}--${name}\\b.*\\w+`, 'm'));
    assert.doesNotMatch(stdout, /backing-chords/);
  });
});

test('--version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  assert.equal((await timbrel('--version')).stdout, `${version}\n`);
});

describe('what is not understood ends with 2, a line that says why, and where there is help', () => {
  const cases: [string, readonly string[], RegExp][] = [
    ['no command', [], /^USAGE: The command is missing/],
    ['a word that is none', ['nope'], /^USAGE: "nope" is no command; there are melody-rnn/],
    ['half a command', ['melody-rnn'], /^USAGE: The command is missing. There are generate/],
    ['an unknown option', ['dataset', 'melody-rnn', '--nope'], /^USAGE: Unknown option '--nope'/],
    ['no folder', ['melody-rnn', 'generate', '--checkpoint', 'x'], /^USAGE: --output-dir is missing/],
    [
      'a number that is none',
      ['melody-rnn', 'generate', '--steps', 'many'],
      /^USAGE: --steps is "many"; expected a number/,
    ],
    [
      'a list that is none',
      ['melody-rnn', 'generate', '--output-dir', 'x', '--primer-melody', '60 62'],
      /^USAGE: --primer-melody is "60 62"; expected a list/,
    ],
    [
      'two primers',
      ['melody-rnn', 'generate', '--output-dir', 'x', '--primer-melody', '[60]', '--primer-midi', 'x.mid'],
      /^USAGE: --primer-midi and --primer-melody are two primers/,
    ],
    [
      'an unknown model',
      ['dataset', 'piano-genie', '--input', '.'],
      /^USAGE: "piano-genie" is no model; there are/,
    ],
    [
      'a configuration of another model',
      ['dataset', 'melody-rnn', '--config', 'drum_kit', '--input', '.'],
      /^USAGE: --config is "drum_kit"; MelodyRNN has basic_rnn/,
    ],
    [
      'no number of steps',
      ['melody-rnn', 'generate', '--output-dir', 'x', '--steps', '-1'],
      /^USAGE: --steps is -1; expected a whole number from 0/,
    ],
    [
      'a temperature that is none',
      ['melody-rnn', 'generate', '--output-dir', 'x', '--temperature', '-1'],
      /^OPTION_INVALID: temperature is -1; expected a number, 0 or more/,
    ],
    [
      'a list of drums that is none',
      ['drums-rnn', 'generate', '--output-dir', 'x', '--primer-drums', '[(36,42'],
      /^USAGE: --primer-drums is "\[\(36,42"; expected a list such as "\[\(36, 42\), \(\), \(42,\)\]"/,
    ],
    [
      'an option in the place of a value',
      ['melody-rnn', 'generate', '--output-dir', '--json'],
      /^USAGE: --output-dir is without a value; one that begins with '-' is written --output-dir=-/,
    ],
    [
      'an option without a value',
      ['melody-rnn', 'generate', '--seed'],
      /^USAGE: --seed is without a value\n/,
    ],
    ['no music', ['dataset', 'melody-rnn', '--output', 'x'], /^USAGE: --input is missing/],
  ];
  for (const [what, args, message] of cases) {
    test(what, async () => {
      const { code, stdout, stderr } = await timbrel(...args);
      assert.equal(code, 2);
      assert.match(stderr, message);
      assert.match(stderr, /^[^\n]+\nTry timbrel .*--help\n$/);
      assert.equal(stdout, '');
    });
  }
});

test('what fails ends with 1 and one line: code and message', async () => {
  const output = ['--output-dir', folder];
  const cases: [readonly string[], RegExp][] = [
    [
      ['melody-rnn', 'generate', '--checkpoint', './nowhere', ...output],
      /^CHECKPOINT_MISSING: [^\n]*nowhere[^\n]*\n$/,
    ],
    [
      ['melody-rnn', 'generate', '--steps', '4', '--output-dir', '/proc/nowhere/folder'],
      /^FILE_FAILED: [^\n]*\/proc\/nowhere'\n$/,
    ],
    [
      ['gansynth', 'render', '--pitches', '60', '--output-dir', '/proc/nowhere'],
      /^FILE_FAILED: [^\n]*\/proc\/nowhere'\n$/,
    ],
    [
      ['dataset', 'melody-rnn', '--input', '/nowhere', '--output', '/x'],
      /^FILE_FAILED: ENOENT[^\n]*\/nowhere'\n$/,
    ],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await timbrel(...args);
    assert.equal(code, 1);
    assert.match(stderr, message);
    assert.equal(stdout, '');
  }
});
