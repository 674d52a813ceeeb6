import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loudness } from '../../audio/loudness.js';
import { estimateFundamental } from '../../audio/pitch.js';
import { decodeWav } from '../../audio/wav.js';
import { writeMidi } from '../../music/midi-writer.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { timbrel } from '../command.testing.js';

let folder: string;
before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'timbrel-render-'))));
after(() => rm(folder, { recursive: true }));

const at = (name: string) => path.join(folder, name);
const render = (to: string, ...args: string[]) =>
  timbrel('gansynth', 'render', '--output-dir', at(to), ...args);
const sound = async (file: string) => {
  const bytes = new Uint8Array(await readFile(file));
  const { sampleRate, channels } = decodeWav(bytes.buffer);
  return { sampleRate, samples: channels[0], bits: new DataView(bytes.buffer).getUint16(34, true) };
};

describe('notes that are rendered', () => {
  test('last four seconds, in the timbre that was named, equally loud in 16 bits', async () => {
    const { code, stdout, stderr } = await render(
      ...['notes', '--pitches', '60,67', '--timbre', 'Pan Flute', '--json'],
    );
    assert.equal(code, 0, stderr);
    const { files } = JSON.parse(stdout);
    assert.deepEqual(files, [at('notes/pan-flute_60.wav'), at('notes/pan-flute_67.wav')]);
    for (const file of files) {
      const { sampleRate, samples, bits } = await sound(file);
      assert.deepEqual([sampleRate, samples.length, bits], [16000, 64000, 16]);
      assert.ok(Math.abs(loudness(samples) + 22) < 1, `${loudness(samples)} LUFS`);
    }
  });

  test('have the level of the network, in floats, where that is asked for', async () => {
    await render('floats', '--pitches', '60', '--timbre', 'flute', '--format', 'float32', '--as-rendered');
    const { samples, bits } = await sound(at('floats/flute_60.wav'));
    assert.equal(bits, 32);
    assert.ok(Math.abs(loudness(samples) + 22) > 1);
  });

  test('cost nothing that is there: without --force nothing is written', async () => {
    await render('twice', '--pitches', '62', '--seed', '1');
    const before = await readFile(at('twice/seed-1_62.wav'));
    const { code, stderr } = await render('twice', '--pitches', '60-62', '--seed', '1');
    assert.equal(code, 2);
    assert.match(stderr, /^USAGE: .*seed-1_62\.wav is there already: --force writes over it/);
    assert.deepEqual(await readdir(at('twice')), ['seed-1_62.wav']);
    assert.deepEqual(await readFile(at('twice/seed-1_62.wav')), before);
    assert.equal((await render('twice', '--pitches', '60-62', '--seed', '1', '--force')).code, 0);
    assert.equal((await readdir(at('twice'))).length, 3);
  });

  test('lie on the way from one timbre to another', async () => {
    await render('between', '--pitches', '60', '--between', 'flute,strings', '--steps', '3');
    await render('ends', '--pitches', '60', '--timbre', 'flute', '--timbre', 'strings');
    const [first, middle, last] = await Promise.all(
      [1, 2, 3].map((i) => readFile(at(`between/flute-strings-${i}_60.wav`))),
    );
    assert.deepEqual(first, await readFile(at('ends/flute_60.wav')));
    assert.deepEqual(last, await readFile(at('ends/strings_60.wav')));
    assert.notDeepEqual(middle, first);
  });

  test('are an instrument for samplers: each key has its nearest note, held ones a loop', async () => {
    await render('pack', '--pitches', '48-60:6', '--timbre', 'church organ', '--timbre', 'marimba', '--sfz');
    const organ = await readFile(at('pack/church-organ.sfz'), 'utf8');
    const keys = [...organ.matchAll(/pitch_keycenter=(\d+) lokey=(\d+) hikey=(\d+)/g)].map((found) =>
      found.slice(1).map(Number),
    );
    assert.deepEqual(keys, [
      [48, 0, 51],
      [54, 52, 57],
      [60, 58, 127],
    ]);
    const loops = [...organ.matchAll(/sample=(.+)\n.*\n.*loop_start=(\d+) loop_end=(\d+)/g)];
    assert.equal(loops.length, 3);
    for (const [, file, start, end] of loops) {
      const { samples } = await sound(at(`pack/${file}`));
      assert.ok(Number(end) < samples.length && Number(end) - Number(start) > 10000);
    }
    assert.match(await readFile(at('pack/marimba.sfz'), 'utf8'), /loop_mode=no_loop/);
  });

  test('of a share that is repeated are left, whole instruments too; what was left is told', async () => {
    const args = ['--pitches', '48,60', '--timbre', 'flute', '--timbre', 'marimba', '--timbre', 'strings'];
    const share = (...more: string[]) => render('shared', ...args, '--sfz', '--shard', '1/2', ...more);
    const first = await share();
    assert.equal(first.code, 0, first.stderr);
    assert.doesNotMatch(first.stdout, /were there/);
    const names = [
      'flute.sfz',
      'flute_48.wav',
      'flute_60.wav',
      'strings.sfz',
      'strings_48.wav',
      'strings_60.wav',
    ];
    assert.deepEqual((await readdir(at('shared'))).sort(), [...names, 'shares'].sort());
    // One that was killed has no file that says where its notes loop.
    await rm(at('shared/strings.sfz'));
    await writeFile(at('shared/flute_48.wav'), 'as it was');
    const again = await share();
    assert.match(again.stdout, /^3 of 6 were there already, and are left$/m);
    assert.equal(await readFile(at('shared/flute_48.wav'), 'utf8'), 'as it was');
    assert.ok((await readdir(at('shared'))).includes('strings.sfz'));
    const changed = await share('--format', 'float32');
    assert.equal(changed.code, 1);
    assert.match(changed.stderr, /^OPTIONS_CHANGED: .*1-of-2\.json .*--format was int16, and is float32/);
    const { there } = JSON.parse((await share('--json')).stdout);
    assert.equal(there.length, 6);
  });

  test('that cannot be rendered are named', async () => {
    const cases: [string[], RegExp, number][] = [
      [[], /^USAGE: --pitches is missing/, 2],
      [['--pitches', '60,C4'], /^USAGE: --pitches has "C4"/, 2],
      [
        ['--pitches', '60', '--timbre', 'kazoo'],
        /^USAGE: --timbre is "kazoo"; the checkpoint names piano, /,
        2,
      ],
      [['--pitches', '60', '--between', 'flute'], /^USAGE: --between is "flute"; expected two names/, 2],
      [['--pitches', '60', '--format', 'mp3'], /^USAGE: --format is "mp3"; expected int16 or float32/, 2],
      [['--pitches', '100'], /^PITCH_RANGE: pitch is 100/, 1],
    ];
    for (const [args, message, expected] of cases) {
      const { code, stderr } = await render('none', ...args);
      assert.match(stderr, message);
      assert.equal(code, expected);
    }
  });
});

describe('a MIDI file that is played', () => {
  const song: NoteSequence = {
    tempos: [{ time: 0, qpm: 120 }],
    notes: [
      { pitch: 60, velocity: 100, startTime: 0.5, endTime: 1.5 },
      { pitch: 69, velocity: 100, startTime: 2, endTime: 3 },
      { pitch: 38, velocity: 100, startTime: 4, endTime: 4.1, isDrum: true },
    ],
    totalTime: 4.5,
  };

  test('has its notes at their times and pitches, and its drums', async () => {
    await writeFile(at('song.mid'), writeMidi(song));
    const { code, stderr } = await timbrel(
      ...['gansynth', 'play', at('song.mid'), '--timbre', 'flute', '--output-dir', at('played')],
    );
    assert.equal(code, 0, stderr);
    const { samples, sampleRate } = await sound(at('played/song.wav'));
    assert.equal(sampleRate, 44100);
    const part = (from: number, to: number) =>
      samples.subarray(Math.round(from * sampleRate), Math.round(to * sampleRate));
    const peak = (from: number, to: number) =>
      part(from, to).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    assert.ok(peak(0, 0.49) < 1e-3, 'silence before the first note');
    for (const [from, hertz] of [
      [0.8, 261.63],
      [2.3, 440],
    ]) {
      const { frequency } = estimateFundamental(part(from, from + 0.5), sampleRate, {
        minHz: 60,
        maxHz: 2000,
      });
      assert.ok(Math.abs(1200 * Math.log2(frequency / hertz)) < 50, `${frequency} Hz for ${hertz}`);
    }
    assert.ok(peak(4, 4.1) > 0.2, 'a snare');
    assert.ok(peak(6.3, 6.6) < 1e-3, 'silence at the end');
  });

  test('that is none, or would be written twice, is told before anything is rendered', async () => {
    await writeFile(at('no.mid'), 'none');
    const bad = await timbrel('gansynth', 'play', at('no.mid'), '--output-dir', at('bad'));
    assert.match(bad.stderr, /^MIDI_FILE_INVALID/);
    await writeFile(at('song.mid'), writeMidi(song));
    const twice = await timbrel(
      'gansynth',
      'play',
      at('song.mid'),
      at('song.mid'),
      '--output-dir',
      at('bad'),
    );
    assert.match(twice.stderr, /^USAGE: Two files would be written to song\.wav/);
  });
});

test('the timbres of a checkpoint are listed by family', async () => {
  const { stdout } = await timbrel('gansynth', 'timbres');
  assert.match(stdout, /^mallet: .*marimba/m);
  const listed = JSON.parse((await timbrel('gansynth', 'timbres', '--json')).stdout);
  assert.ok(listed.some(({ name }: { name: string }) => name === 'flute'));
});
