/** `timbrel onsets-frames transcribe` and `timbrel evaluate onsets-frames`, as built. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { decodeWav, encodeWav } from '../../audio/wav.js';
import {
  SMALL_CONFIG,
  syntheticAudio,
  syntheticFolder,
} from '../../models/onsets-frames/synthetic.testing.js';
import { readMidi } from '../../music/midi-reader.js';
import { timbrel, tune, writeMidiFile } from '../command.testing.js';
import { judge } from './evaluate.js';
import { WavFile } from './wav-file.js';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'timbrel-transcribe-'));
  for (const kind of ['browser', 'model'] as const) {
    await mkdir(at(kind));
    for (const [name, bytes] of Object.entries(syntheticFolder({ kind }, SMALL_CONFIG)))
      await writeFile(at(kind, name), bytes);
  }
  for (const name of ['a', 'b']) await writeFile(at(`${name}.wav`), wav(syntheticAudio(3, 8000, name)));
});
after(() => rm(folder, { recursive: true }));

const wav = (samples: Float32Array, rate = 8000) => new Uint8Array(encodeWav(samples, rate, 'float32'));

async function json(...args: string[]) {
  const { code, stdout, stderr } = await timbrel(...args, '--json');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

async function failure(...args: string[]): Promise<string> {
  const { code, stderr } = await timbrel(...args);
  assert.notEqual(code, 0);
  return stderr;
}

const transcribe = (...args: string[]) =>
  json('onsets-frames', 'transcribe', ...args, '--checkpoint', at('browser'));

describe('transcribe', () => {
  test('writes a MIDI file for each, with the notes of a lower threshold more', async () => {
    const { outputs } = await transcribe(at('a.wav'), at('b.wav'), '--output-dir', at('out'));
    assert.deepEqual(
      outputs.map(({ file }: { file: string }) => file),
      [at('out', 'a.mid'), at('out', 'b.mid')],
    );
    const { notes } = readMidi(await readFile(at('out', 'a.mid')));
    assert.equal(notes.length, outputs[0].notes);
    assert.ok(notes.length > 20);
    const low = ['--output-dir', at('low'), '--threshold', '0.2'];
    const { outputs: more } = await transcribe(at('a.wav'), ...low);
    assert.ok(more[0].notes > notes.length);
  });

  test('goes on where it was broken off, and does all anew where it is told to', async () => {
    const args = [at('a.wav'), at('b.wav'), '--output-dir', at('resumed')];
    await transcribe(...args.slice(1));
    const { mtimeMs } = await stat(at('resumed', 'b.mid'));
    const { outputs } = await transcribe(...args);
    assert.ok(outputs[0].notes > 0 && outputs[1].notes === undefined);
    assert.equal((await stat(at('resumed', 'b.mid'))).mtimeMs, mtimeMs);
    const others = [...args, '--threshold', '0.9', '--checkpoint', at('browser')];
    assert.match(
      await failure('onsets-frames', 'transcribe', ...others),
      /^OPTIONS_CHANGED: .*transcribed\.json .*--threshold was 0\.5, and is 0\.9/,
    );
    assert.equal((await stat(at('resumed', 'b.mid'))).mtimeMs, mtimeMs);
    const { outputs: anew } = await transcribe(...args, '--force');
    assert.ok(anew[1].notes > 0);
  });

  test('tells at the end which recordings could not be read, and transcribes the others', async () => {
    await writeFile(at('no.wav'), 'RIFF, and no more');
    await mkdir(at('folder.wav'), { recursive: true });
    const inputs = [at('no.wav'), at('a.wav'), at('folder.wav'), at('b.wav')];
    const options = ['--checkpoint', at('browser'), '--output-dir', at('some')];
    const told = await failure('onsets-frames', 'transcribe', ...inputs, ...options);
    assert.match(told, /^AUDIO_FORMAT: 2 of 4 recordings.*others were.*no\.wav: .*folder\.wav: EISDIR/);
    for (const name of ['a', 'b'])
      assert.ok(readMidi(await readFile(at('some', `${name}.mid`))).notes.length > 20);
  });

  test('says how much of a recording is missing that was cut off', async () => {
    const whole = wav(syntheticAudio(3, 8000));
    await writeFile(at('cut.wav'), whole.subarray(0, whole.length / 2));
    const { outputs } = await transcribe(at('cut.wav'), at('a.wav'), '--output-dir', at('cut'));
    assert.ok(Math.abs(outputs[0].secondsMissing - 1.5) < 0.01, String(outputs[0].secondsMissing));
    assert.equal(outputs[1].secondsMissing, undefined);
    const args = ['--checkpoint', at('browser'), '--output-dir', at('cut'), '--force'];
    const { stdout } = await timbrel('onsets-frames', 'transcribe', at('cut.wav'), ...args);
    assert.match(stdout, /cut\.mid {2}\d+ notes; the recording is cut off, 1\.5 s are missing/);
  });

  test('a network that reads both ways takes the same files', async () => {
    const args = ['--checkpoint', at('model'), '--output-dir', at('both'), '--offset-threshold', '0.5'];
    const { outputs } = await json('onsets-frames', 'transcribe', at('a.wav'), ...args);
    assert.ok(outputs[0].notes > 0);
  });

  test('says what is wrong', async () => {
    const args = ['--checkpoint', at('browser'), '--output-dir', at('x')];
    await writeFile(at('song.mp3'), 'ID3 and so on, but no samples');
    assert.match(
      await failure('onsets-frames', 'transcribe', at('song.mp3'), ...args),
      /AUDIO_FORMAT: .*song\.mp3: .*ffmpeg/s,
    );
    await writeFile(at('empty.wav'), wav(new Float32Array(0)));
    assert.match(await failure('onsets-frames', 'transcribe', at('empty.wav'), ...args), /AUDIO_INVALID/);
    await writeFile(at('nan.wav'), wav(Float32Array.of(0, NaN, 0)));
    assert.match(
      await failure('onsets-frames', 'transcribe', at('nan.wav'), ...args),
      /nan\.wav: .*NaN at sample 1/,
    );
    assert.match(await failure('onsets-frames', 'transcribe', at('a.wav')), /--output-dir/);
    const twice = [at('a.wav'), path.join(folder, 'x', '..', 'a.wav')];
    assert.match(await failure('onsets-frames', 'transcribe', ...twice, ...args), /both be written/);
    const streamed = ['--checkpoint', 'melody_rnn/small', '--output-dir', at('x')];
    assert.match(
      await failure('onsets-frames', 'transcribe', at('a.wav'), ...streamed),
      /CHECKPOINT_OTHER_MODEL/,
    );
  });
});

describe('evaluate', () => {
  test('judges recordings by the MIDI files beside them', async () => {
    const { outputs } = await transcribe(at('a.wav'), '--output-dir', folder);
    const args = ['--checkpoint', at('browser')];
    const { mean, recordings } = await json('evaluate', 'onsets-frames', at('a.wav'), ...args);
    assert.equal(recordings[0].reference, outputs[0].notes);
    // MIDI ticks move times by less than the tolerance.
    assert.equal(mean.note.f1, 1);
    assert.ok(mean.noteWithOffsetsAndVelocity.f1 > 0.95);
    await writeMidiFile(at('b.mid'), tune(1));
    const both = await json('evaluate', 'onsets-frames', at('a.wav'), at('b.wav'), ...args);
    assert.ok(Math.abs(both.mean.note.f1 - (1 + both.recordings[1].note.f1) / 2) < 1e-9);
    assert.match(await failure('evaluate', 'onsets-frames', at('c.wav'), ...args), /c\.mid/);
    const other = await json('evaluate', 'onsets-frames', at('a.wav'), '--notes', folder);
    assert.deepEqual([other.mean.note.f1, other.checkpoint], [1, undefined]);
  });

  test('has the measures of timbrel/music', () => {
    const { notes } = tune(3);
    assert.equal(judge(notes, notes).frame.f1, 1);
    assert.equal(judge(notes, []).note.recall, 0);
  });
});

test('a WAV file in pieces is the whole file', async () => {
  const samples = syntheticAudio(1, 8000, 'pieces');
  for (const format of ['float32', 'int16'] as const) {
    await writeFile(at('pieces.wav'), new Uint8Array(encodeWav(samples, 8000, format)));
    const [whole] = decodeWav((await readFile(at('pieces.wav'))).buffer.slice(0) as ArrayBuffer).channels;
    const file = await WavFile.open(at('pieces.wav'));
    assert.deepEqual([file.length, file.sampleRate, file.seconds], [8000, 8000, 1]);
    const parts = [await file.read(0, 3), await file.read(3, 7000), await file.read(7000, 9000)];
    assert.deepEqual(Float32Array.from(parts.flatMap(([channel]) => [...channel])), whole);
    await file.close();
  }
});
