import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readMidi } from '../music/midi-reader.js';
import { timbrel, tune, writeCheckpoint, writeMidiFile } from './command.testing.js';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);

/** Input sizes and classes of magenta/models/*_model.py. */
const NETWORKS = {
  melody: [38, 38],
  drums: [518, 512],
  improv: [87, 38],
  polyphony: [259, 259],
  performance: [388, 388],
  multi: [408, 388],
  notes: [315, 315],
} as const;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'timbrel-generate-'));
  for (const [name, [inputs, classes]] of Object.entries(NETWORKS))
    await writeCheckpoint(at(name), inputs, classes);
});
after(() => rm(folder, { recursive: true }));

async function generate(model: string, weights: keyof typeof NETWORKS, output: string, ...more: string[]) {
  const common = ['--checkpoint', at(weights), '--output-dir', at(output), '--seed', '7', '--json'];
  const { code, stdout, stderr } = await timbrel(model, 'generate', ...common, ...more);
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '', 'nothing is told where nothing went wrong, and no bars are drawn into a pipe');
  return JSON.parse(stdout) as {
    configuration: string;
    seed: string;
    outputs: { file: string; seed: string; notes: number; events: number; loss: number }[];
    there: string[];
  };
}

const midi = async (file: string) => readMidi(await readFile(file));

describe('melody-rnn generate', () => {
  test('writes as many files as asked for, numbered, the primer in each, another continuation in each', async () => {
    const primer = ['--primer-melody', '[60, -2, 64, -1]', '--steps', '28', '--qpm', '90'];
    const { configuration, outputs } = await generate(
      'melody-rnn',
      'melody',
      'many',
      '--num-outputs',
      '10',
      ...primer,
    );
    assert.equal(configuration, 'basic_rnn');
    assert.deepEqual(
      (await readdir(at('many'))).sort(),
      Array.from({ length: 10 }, (_, i) => `basic_rnn_${String(i + 1).padStart(2, '0')}.mid`),
    );
    const heard = new Set<string>();
    for (const { file, notes, events, loss } of outputs) {
      const { notes: all, tempos = [] } = await midi(file);
      assert.equal(Math.round(tempos[0].qpm), 90);
      assert.deepEqual(
        all.slice(0, 2).map(({ pitch }) => pitch),
        [60, 64],
      );
      assert.equal(all.length, 2 + notes);
      assert.equal(events, 28);
      // Weights drawn at random: not far from uniform over 38 classes.
      assert.ok(loss > 1 && loss < 6, String(loss));
      heard.add(JSON.stringify(all.map(({ pitch, startTime }) => [pitch, startTime])));
    }
    assert.ok(heard.size >= 9, 'each output has a seed of its own');
  });

  test('writes the same bytes for the same seed, others for another', async () => {
    const bytes = async (output: string, ...more: string[]) => {
      const { outputs } = await generate(
        'melody-rnn',
        'melody',
        output,
        '--num-outputs',
        '2',
        '--steps',
        '32',
        ...more,
      );
      return Promise.all(outputs.map(async ({ file }) => (await readFile(file)).toString('base64')));
    };
    const first = await bytes('first');
    assert.deepEqual(await bytes('second'), first);
    assert.notDeepEqual(await bytes('third', '--seed', '8'), first);
  });

  test('goes on from a MIDI file, in its tempo, and leaves it away where that is asked for', async () => {
    const file = await writeMidiFile(at('song.mid'), tune(1, 2));
    const run = (output: string, ...more: string[]) =>
      generate(
        'melody-rnn',
        'melody',
        output,
        '--primer-midi',
        file,
        '--seconds',
        '2',
        '--num-outputs',
        '1',
        ...more,
      );
    const [whole] = (await run('whole')).outputs;
    const [only] = (await run('only', '--omit-primer')).outputs;
    assert.equal(whole.events, 16, 'two seconds at 120 quarters a minute');
    const [all, rest] = [await midi(whole.file), await midi(only.file)];
    assert.equal(all.notes.length - rest.notes.length, tune(1, 2).notes.length);
    assert.ok((all.totalTime ?? 0) > 4 && (rest.totalTime ?? 0) <= 2);
  });

  test('goes on from the instrument of a MIDI file that is asked for', async () => {
    const line = (pitches: readonly number[], instrument: number) =>
      pitches.map((pitch, i) => ({
        pitch,
        velocity: 80,
        startTime: i,
        endTime: i + 1,
        instrument,
        program: instrument,
      }));
    const [low, high] = [
      [48, 55, 53, 50],
      [72, 74, 76, 77],
    ];
    const notes = [...line(low, 0), ...line(high, 1)];
    const file = await writeMidiFile(at('two.mid'), { notes, totalTime: 4 });
    const args = ['--primer-midi', file, '--seconds', '1', '--num-outputs', '1', '--primer-instrument'];
    for (const [instrument, pitches] of [low, high].entries()) {
      const { outputs } = await generate(
        'melody-rnn',
        'melody',
        `two ${instrument}`,
        ...args,
        String(instrument),
      );
      const written = (await midi(outputs[0].file)).notes.slice(0, 4);
      assert.deepEqual(
        written.map(({ pitch }) => pitch),
        pitches,
      );
    }
    const output = ['--output-dir', at('two 7'), '--checkpoint', at('melody')];
    const { code, stderr } = await timbrel('melody-rnn', 'generate', ...output, ...args, '7');
    assert.notEqual(code, 0);
    assert.match(stderr, /instrument.*7/);
  });

  test('takes the likeliest at temperature 0, whatever the seed', async () => {
    const run = async (output: string, seed: string) => {
      const more = ['--temperature', '0', '--num-outputs', '1', '--steps', '16', '--seed', seed];
      const { outputs } = await generate('melody-rnn', 'melody', output, ...more);
      return outputs[0].loss;
    };
    assert.equal(await run('cold', '1'), await run('colder', '2'));
  });
});

test('drums-rnn generate takes Python lists of tuples, and writes drums', async () => {
  const primer = ['--primer-drums', '[(36, 42), (), (42,), ()]', '--steps', '60', '--num-outputs', '1'];
  const { outputs } = await generate('drums-rnn', 'drums', 'drums-out', ...primer);
  const { notes } = await midi(outputs[0].file);
  assert.deepEqual(
    notes
      .slice(0, 3)
      .map(({ pitch }) => pitch)
      .sort(),
    [36, 42, 42],
  );
  assert.ok(notes.length > 3 && notes.every(({ isDrum }) => isDrum));
});

test('improv-rnn generate is as long as its chords, and writes them where that is asked for', async () => {
  const chords = [
    '--backing-chords',
    'C G',
    '--num-outputs',
    '1',
    '--primer-melody',
    '[60]',
    '--render-chords',
  ];
  const { outputs } = await generate('improv-rnn', 'improv', 'improv-out', ...chords);
  assert.equal(outputs[0].events, 2 * 16 - 1);
  const { notes } = await midi(outputs[0].file);
  const pads = notes.filter(({ program }) => program === 88);
  const sounding = (time: number) =>
    pads
      .filter(({ startTime = 0, endTime = 0 }) => startTime <= time && time < endTime)
      .map(({ pitch }) => pitch % 12)
      .sort((a, b) => a - b);
  assert.deepEqual(sounding(0.1), [0, 0, 4, 7]);
  assert.deepEqual(sounding(2.1), [2, 7, 7, 11]);
});

test('polyphony-rnn generate harmonises its primer, or goes on from it', async () => {
  const primer = [
    '--primer-melody',
    '[72, -2, 74, -2, 76, -2, 77, -2]',
    '--num-outputs',
    '1',
    '--steps',
    '8',
  ];
  const melody = async (output: string, ...more: string[]) => {
    const { outputs } = await generate('polyphony-rnn', 'polyphony', output, ...primer, ...more);
    const { notes } = await midi(outputs[0].file);
    // One second of primer, then what was written.
    return notes
      .filter(({ startTime = 0 }) => startTime >= 0.999)
      .map(({ pitch, startTime = 0 }) => `${pitch}@${startTime.toFixed(2)}`);
  };
  const injected = ['72@1.00', '74@1.25', '76@1.50', '77@1.75'];
  const harmonised = await melody('harmonised');
  assert.deepEqual(
    injected.filter((note) => !harmonised.includes(note)),
    [],
  );
  const free = await melody('free', '--no-inject-primer-during-generation', '--condition-on-primer');
  assert.notDeepEqual(
    injected.filter((note) => !free.includes(note)),
    [],
  );
});

test('performance-rnn generate heeds its controls', async () => {
  const run = (output: string, ...more: string[]) =>
    generate('performance-rnn', 'multi', output, '--seconds', '3', '--num-outputs', '1', ...more);
  const config = ['--config', 'multiconditioned_performance_with_dynamics'];
  const sparse = await run('sparse', ...config, '--notes-per-second', '1');
  const dense = await run(
    'dense',
    ...config,
    '--notes-per-second',
    '60',
    '--pitch-class-histogram',
    '[1,0,0,0,0,0,0,0,0,0,0,0]',
  );
  assert.equal(sparse.configuration, 'multiconditioned_performance_with_dynamics');
  assert.notEqual(sparse.outputs[0].loss, dense.outputs[0].loss);
  const { totalTime = 0 } = await midi(dense.outputs[0].file);
  assert.ok(totalTime > 0 && totalTime <= 4, String(totalTime));
});

test('performance-rnn generate writes whole notes, from nothing and behind a primer', async () => {
  const run = (output: string, ...more: string[]) =>
    generate('performance-rnn', 'notes', output, '--seconds', '30', '--num-outputs', '1', ...more);
  const nothing = await run('whole-notes');
  assert.equal(nothing.configuration, 'performance_with_dynamics_and_note_encoding');
  const { notes } = await midi(nothing.outputs[0].file);
  assert.ok(notes.length > 0 && notes.length === nothing.outputs[0].notes);
  const file = await writeMidiFile(at('song for notes.mid'), tune(1, 2));
  const behind = await run('whole-notes-behind', '--primer-midi', file);
  const all = (await midi(behind.outputs[0].file)).notes;
  assert.equal(all.length, tune(1, 2).notes.length + behind.outputs[0].notes);
  assert.ok(behind.outputs[0].events > 0 && behind.outputs[0].loss > 0);
});

test('performance-rnn generate refuses controls that the checkpoint cannot take', async () => {
  for (const [option, value] of [
    ['--notes-per-second', '10'],
    ['--pitch-class-histogram', '[1,0,0,0,0,0,0,0,0,0,0,0]'],
  ]) {
    const { code, stderr } = await timbrel(
      'performance-rnn',
      'generate',
      option,
      value,
      '--output-dir',
      at('none'),
    );
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^CONTROL_INVALID: ${option} is given, .* performance_with_dynamics`));
  }
});

test('of zero steps nothing is written behind the primer', async () => {
  const primer = ['--primer-melody', '[60, -2, 64, -1]', '--num-outputs', '1'];
  for (const length of [
    ['--steps', '0'],
    ['--seconds', '0'],
  ]) {
    const { outputs } = await generate('melody-rnn', 'melody', 'zero', ...primer, ...length, '--force');
    assert.deepEqual([outputs[0].events, outputs[0].notes], [0, 0]);
    assert.deepEqual(
      (await midi(outputs[0].file)).notes.map(({ pitch }) => pitch),
      [60, 64],
    );
  }
});

test('music that is there is not lost: without --force nothing is written over it', async () => {
  const args = ['--output-dir', at('kept'), '--num-outputs', '2', '--steps', '4'];
  assert.equal((await timbrel('melody-rnn', 'generate', ...args)).code, 0);
  const before = await readFile(at('kept/lookback_rnn_2.mid'));
  const { code, stderr } = await timbrel('melody-rnn', 'generate', ...args);
  assert.equal(code, 2);
  assert.match(stderr, /^USAGE: .*lookback_rnn_1\.mid is there already: --force writes over it/);
  assert.deepEqual(await readFile(at('kept/lookback_rnn_2.mid')), before);
});

test('tempo and meter that change after the last note of a primer are as if they did not', async () => {
  const song = tune(1, 2);
  const changing = {
    ...song,
    tempos: [...(song.tempos ?? []), { time: 4.5, qpm: 60 }],
    timeSignatures: [...(song.timeSignatures ?? []), { time: 5, numerator: 3, denominator: 4 }],
  };
  const run = async (name: string, sequence: typeof song) => {
    const file = await writeMidiFile(at(`${name}.mid`), sequence);
    const more = ['--primer-midi', file, '--steps', '64', '--num-outputs', '1'];
    const { outputs } = await generate('melody-rnn', 'melody', name, ...more);
    return midi(outputs[0].file);
  };
  assert.deepEqual(await run('changing', changing), await run('constant', song));
});

test('without a checkpoint each model has weights of its own', async () => {
  const models = ['melody-rnn', 'drums-rnn', 'improv-rnn', 'polyphony-rnn', 'performance-rnn'];
  for (const model of models) {
    const args = [
      '--output-dir',
      at('shipped'),
      '--seconds',
      '4',
      '--num-outputs',
      '1',
      '--seed',
      '1',
      '--json',
    ];
    const { code, stdout, stderr } = await timbrel(model, 'generate', ...args);
    assert.equal(code, 0, stderr);
    const [{ file, notes, loss }] = JSON.parse(stdout).outputs;
    assert.ok(notes > 0, file);
    // They learned something: uniform over the fewest classes, those of melodies, is 3.6.
    assert.ok(loss < (model === 'performance-rnn' ? 5.5 : 3.6), `${model}: ${loss}`);
  }
});

test('steps are those of the configuration that the tensors fit', async () => {
  await writeCheckpoint(at('one-drum'), 2, 2);
  const args = ['--checkpoint', at('one-drum'), '--output-dir', at('one'), '--num-outputs', '1', '--json'];
  const more = ['--primer-drums', '[[36], [], [36], []]', '--seconds', '2'];
  const { stdout, stderr, code } = await timbrel('drums-rnn', 'generate', ...args, ...more);
  assert.equal(code, 0, stderr);
  const { configuration, outputs } = JSON.parse(stdout);
  assert.equal(configuration, 'one_drum');
  assert.equal(outputs[0].events, 8, 'eighths at 120 quarters a minute');
  const { notes } = await midi(outputs[0].file);
  assert.deepEqual(
    notes.slice(0, 2).map(({ startTime }) => startTime),
    [0, 0.5],
  );
});

describe('shares of the work', () => {
  const primer = ['--primer-melody', '[60]', '--steps', '12', '--num-outputs', '6'];
  const contentsOf = async (name: string) =>
    Object.fromEntries(
      await Promise.all(
        (await readdir(at(name)))
          .filter((file) => file.endsWith('.mid'))
          .sort()
          .map(async (file) => [file, (await readFile(at(name, file))).toString('base64')]),
      ),
    );

  test('make together what one call makes; one that was killed is repeated, and leaves what is there', async () => {
    await generate('melody-rnn', 'melody', 'by-one', ...primer, '--jobs', '3');
    const shares = await Promise.all(
      [1, 2, 3, 4].map((i) => generate('melody-rnn', 'melody', 'by-four', ...primer, '--shard', `${i}/4`)),
    );
    assert.deepEqual(
      shares.map(({ outputs }) => outputs.length),
      [2, 2, 1, 1],
    );
    // However many models work at once.
    const whole = await contentsOf('by-one');
    await generate('melody-rnn', 'melody', 'by-one-model', ...primer, '--jobs', '1');
    assert.deepEqual(await contentsOf('by-one-model'), whole);
    assert.deepEqual(await contentsOf('by-four'), whole);
    const [lost] = Object.keys(whole);
    await rm(at('by-four', lost));
    const again = await generate('melody-rnn', 'melody', 'by-four', ...primer, '--shard', '1/4');
    const namesOf = (files: readonly string[]) => files.map((file) => path.basename(file));
    assert.deepEqual(namesOf(again.outputs.map(({ file }) => file)), [lost]);
    assert.deepEqual(namesOf(again.there), [Object.keys(whole)[4]]);
    assert.deepEqual(await contentsOf('by-four'), whole);
  });
});
