/** `timbrel music-transformer`, its datasets and its evaluation, as built. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  ENDLESS,
  syntheticFolder,
  type SyntheticTransformer,
} from '../../models/music-transformer/synthetic.testing.js';
import { readMidi } from '../../music/midi-reader.js';
import { performanceTokens } from '../../music/performance-tokens.js';
import { timbrel, tune, writeMidiFile } from '../command.testing.js';
import { decodeNpy } from '../dataset/npy.js';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'timbrel-music-transformer-'))));
after(() => rm(folder, { recursive: true }));

async function json(...args: string[]) {
  const { code, stdout, stderr } = await timbrel(...args, '--json');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

async function checkpoint(architecture: SyntheticTransformer, config: object = {}): Promise<string> {
  const own = at(`weights-${JSON.stringify([architecture, config]).replaceAll(/\W/g, '')}`);
  await mkdir(own, { recursive: true });
  for (const [name, bytes] of Object.entries(syntheticFolder(architecture, config)))
    await writeFile(path.join(own, name), bytes);
  return own;
}

const generate = async (source: string, out: string, ...more: string[]) =>
  json('music-transformer', 'generate', '--checkpoint', source, '--output-dir', at(out), ...more);

describe('generate', () => {
  test('the same seed writes the same bytes, however many models work at once', async () => {
    const source = await checkpoint(...ENDLESS);
    const written = async (out: string, seed: string, ...more: string[]) => {
      const args = ['--tokens', '80', '--num-outputs', '2', '--seed', seed, ...more];
      const { outputs } = await generate(source, out, ...args);
      return Promise.all(outputs.map(({ file }: { file: string }) => readFile(file)));
    };
    const first = await written('a', '3', '--jobs', '2');
    assert.deepEqual(await written('b', '3', '--jobs', '1'), first);
    assert.notDeepEqual(await written('c', '4'), first);
  });

  test('goes on from a file, and says how much of it was heard', async () => {
    const primer = await writeMidiFile(at('long.mid'), tune(1));
    const source = await checkpoint(...ENDLESS);
    const { outputs, notes } = await generate(source, 'p', '--primer-midi', primer, '--tokens', '40');
    assert.match(notes[0], /the last 31 of them are heard/);
    const { notes: given } = readMidi(await readFile(primer));
    const { notes: all } = readMidi(await readFile(outputs[0].file));
    assert.deepEqual(
      all
        .slice(0, given.length)
        .map(({ pitch }) => pitch)
        .sort(),
      given.map(({ pitch }) => pitch).sort(),
    );
  });

  test('what cannot be is said', async () => {
    const source = await checkpoint({});
    const out = ['--output-dir', at('x')];
    const cases: readonly (readonly [string[], RegExp])[] = [
      [['generate', '--checkpoint', source], /--output-dir is missing/],
      [['generate', '--checkpoint', source, ...out, '--tokens', '3', '--seconds', '2'], /say the same/],
      [['accompany', '--checkpoint', source, ...out], /--melody-midi is missing/],
      [['accompany', '--melody-midi', 'tune.mid', ...out], /--checkpoint is missing/],
      [
        [
          'accompany',
          '--checkpoint',
          source,
          ...out,
          '--melody-midi',
          await writeMidiFile(at('m.mid'), tune(2)),
        ],
        /CONTROL_INVALID/,
      ],
    ];
    for (const [args, expected] of cases) {
      const { code, stderr } = await timbrel('music-transformer', ...args);
      assert.notEqual(code, 0);
      assert.match(stderr, expected);
    }
  });
});

test('accompany writes around a melody', async () => {
  const source = await checkpoint({ melody: true });
  const melody = await writeMidiFile(at('melody.mid'), tune(3));
  const { outputs } = await json(
    ...['music-transformer', 'accompany', '--checkpoint', source, '--melody-midi', melody],
    ...['--output-dir', at('acc'), '--tokens', '60', '--seed', '1'],
  );
  assert.equal(outputs[0].events, 60);
});

describe('training', () => {
  const pieces = () =>
    ['train', 'validation', 'test'].map((split, i) =>
      writeFile(at('pieces', `${split}.jsonl`), `${JSON.stringify(tune(10 + i))}\n`),
    );

  test('data are the tokens of whole pieces, training pieces in seven tempos', async () => {
    await mkdir(at('pieces'), { recursive: true });
    await Promise.all(pieces());
    const { splits } = await json(
      'dataset',
      'music-transformer',
      '--input',
      at('pieces'),
      '--output',
      at('data'),
    );
    assert.deepEqual([splits.train.pieces, splits.validation.pieces, splits.test.pieces], [7, 1, 1]);
    const tokens = decodeNpy(await readFile(at('data', 'test', 'tokens.npy')), 'tokens');
    assert.deepEqual([...tokens.data], performanceTokens(tune(12)));
    const lengths = await readFile(at('data', 'train', 'lengths.npy'));
    const [first] = new Uint32Array(lengths.buffer.slice(lengths.byteOffset + lengths.length - 28));
    assert.ok(Math.abs(first - tokens.data.length) < 60);
  });

  test('is judged on the pieces of PerformanceRNN', async () => {
    await mkdir(at('pieces'), { recursive: true });
    await Promise.all(pieces());
    const source = await checkpoint(...ENDLESS);
    const found = await json(
      ...['evaluate', 'music-transformer', '--checkpoint', source, '--input', at('pieces')],
      ...['--precision', 'float32', '--music', '1', '--music-seconds', '2'],
    );
    assert.ok(found.events > 0 && found.loss > 0 && found.loss < 20);
    assert.ok(found.music.heldOut.polyphony > 0);
  });

  test('pieces are drawn as each model does by itself, unless a temperature is asked for', async () => {
    await mkdir(at('pieces'), { recursive: true });
    await Promise.all(pieces());
    const source = await checkpoint(ENDLESS[0], { ...ENDLESS[1], end_notes_after: 2 });
    const evaluate = async (...more: string[]) =>
      (
        await json(
          ...['evaluate', 'music-transformer', '--checkpoint', source, '--input', at('pieces')],
          ...['--music', '1', '--music-seconds', '2', '--beside-performance-rnn', ...more],
        )
      ).music;
    const plain = await evaluate();
    assert.deepEqual([plain.temperature, plain.endNotesAfter], [1, 2]);
    assert.deepEqual((await evaluate('--temperature', '0.9')).performanceRNN, plain.performanceRNN);
    const both = await evaluate('--temperature', '1');
    assert.deepEqual(both.generated, plain.generated);
    assert.notDeepEqual(both.performanceRNN, plain.performanceRNN);
  });

  test('help says what is done where nothing is asked for', async () => {
    for (const command of [
      ['music-transformer', 'generate'],
      ['evaluate', 'music-transformer'],
    ]) {
      const { stdout } = await timbrel(...command, '--help');
      assert.match(stdout.replaceAll(/\s+/g, ' '), /likelier to end; default: as the checkpoint says/);
    }
    assert.doesNotMatch((await timbrel('music-transformer', 'accompany', '--help')).stdout, /primer/);
  });
});
