/** Elements are imported where there is no page: by a server that renders, by a bundler, by Node. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

const MODULES = ['morph-pad', 'piano-keyboard', 'midi-input', 'rainbow-gram'];

describe('without a page', () => {
  for (const name of MODULES) {
    test(`<${name}> can be imported`, async () => {
      assert.equal(typeof globalThis.document, 'undefined');
      const exported = (await import(`./${name}/${name}.js`)) as Record<string, unknown>;
      const className = name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
      assert.equal(typeof exported[className], 'function');
    });
  }

  for (const [name, className] of [
    ['melody-rnn', 'MelodyRNNElement'],
    ['drums-rnn', 'DrumsRNNElement'],
    ['improv-rnn', 'ImprovRNNElement'],
    ['polyphony-rnn', 'PolyphonyRNNElement'],
    ['music-transformer', 'MusicTransformerElement'],
    ['performance-rnn', 'PerformanceRNNElement'],
    ['onsets-frames', 'OnsetsFramesElement'],
  ]) {
    test(`<${name}> can be imported`, async () => {
      const exported = (await import(`./${name}/${name}.js`)) as Record<string, unknown>;
      assert.equal(typeof exported[className], 'function');
    });
  }

  test('webmidi is imported by a click, not by the module', () => {
    const statement = /^import (?!type\b)[^;]*'webmidi'/m;
    assert.match(`import { WebMidi } from 'webmidi';`, statement);
    assert.doesNotMatch(readFileSync(new URL('../midi/connect.ts', import.meta.url), 'utf8'), statement);
  });
});
