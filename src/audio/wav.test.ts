import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeWav, encodeWav } from './wav.js';

const samples = Float32Array.of(0, 0.25, -0.5, -1.5, 1e-9, 1);

/** A file of the chunks given: [name, content]. */
function riff(...chunks: [string, ArrayLike<number>][]): ArrayBuffer {
  const bytes: number[] = [...'RIFF\0\0\0\0WAVE'].map((c) => c.charCodeAt(0));
  for (const [name, content] of chunks) {
    bytes.push(...[...name].map((c) => c.charCodeAt(0)), content.length, 0, 0, 0, ...Array.from(content));
    if (content.length % 2) bytes.push(0);
  }
  return Uint8Array.from(bytes).buffer;
}
const layout = (format: number, channels: number, bits: number, ...extension: number[]) =>
  Uint8Array.of(
    format & 255,
    format >> 8,
    channels,
    0,
    0x80,
    0x3e,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    bits,
    0,
    ...extension,
  );

test('a WAV file says its rate, its length, and holds the samples as they are', () => {
  const file = encodeWav(samples, 48000, 'float32');
  const view = new DataView(file);
  const text = (offset: number, length: number) =>
    String.fromCharCode(...new Uint8Array(file, offset, length));
  assert.equal(text(0, 4), 'RIFF');
  assert.equal(text(8, 8), 'WAVEfmt ');
  assert.equal(text(36, 4), 'fact');
  assert.deepEqual([view.getUint32(40, true), view.getUint32(44, true)], [4, samples.length]);
  assert.equal(text(48, 4), 'data');
  assert.equal(view.getUint32(4, true), file.byteLength - 8);
  assert.deepEqual(
    [20, 22, 34].map((at) => view.getUint16(at, true)),
    [3, 1, 32],
  );
  assert.equal(view.getUint32(24, true), 48000);
  assert.equal(view.getUint32(28, true), 4 * 48000);
  assert.equal(view.getUint32(52, true), 4 * samples.length);
  assert.deepEqual(new Float32Array(file.slice(56)), samples);
});

test('in stereo it holds both channels in turn, as they are read again', () => {
  const file = encodeWav(Float32Array.of(1, -1, 0.5, -0.5, 0.25, -0.25), 48000, 'float32', 2);
  const { channels, sampleRate } = decodeWav(file);
  assert.equal(sampleRate, 48000);
  assert.deepEqual(channels, [Float32Array.of(1, 0.5, 0.25), Float32Array.of(-1, -0.5, -0.25)]);
  const view = new DataView(file);
  assert.deepEqual(
    [view.getUint32(28, true), view.getUint16(32, true), view.getUint32(44, true)],
    [8 * 48000, 8, 3],
  );
});

test('in 16 bits it rounds, and clips what is too loud', () => {
  const file = encodeWav(samples, 16000);
  assert.deepEqual([...new Int16Array(file.slice(44))], [0, 8192, -16384, -32768, 0, 32767]);
  assert.equal(new DataView(file).getUint32(28, true), 2 * 16000);
});

describe('what is read back', () => {
  test('floats are the same', () => {
    assert.deepEqual(decodeWav(encodeWav(samples, 44100, 'float32')), {
      sampleRate: 44100,
      channels: [samples],
    });
  });

  test('integers are within half a step', () => {
    const quiet = samples.map((value) => value / 2);
    const [read] = decodeWav(encodeWav(quiet, 16000, 'int16')).channels;
    read.forEach((value, i) => assert.ok(Math.abs(value - quiet[i]) <= 0.5 / 32768));
  });

  const widths: [number, number[], number[]][] = [
    [8, [0, 128, 192], [-1, 0, 0.5]],
    [16, [0, 0x80, 0, 0, 0, 0x40], [-1, 0, 0.5]],
    [24, [0, 0, 0x80, 255, 255, 255, 0, 0, 0x40], [-1, -(2 ** -23), 0.5]],
    [32, [0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x40], [-1, 0, 0.5]],
  ];
  for (const [bits, bytes, expected] of widths) {
    test(`integers of ${bits} bits`, () => {
      const { channels } = decodeWav(riff(['fmt ', layout(1, 1, bits)], ['data', bytes]));
      assert.deepEqual([...channels[0]], expected);
    });
  }

  test('channels are told apart, other chunks passed over, the extensible form understood', () => {
    const extension = [22, 0, 16, 0, 3, 0, 0, 0, 1, 0, ...new Array<number>(14).fill(0)];
    const file = riff(
      ['LIST', [1, 2, 3]],
      ['fmt ', layout(0xfffe, 2, 16, ...extension)],
      ['data', [0, 0x40, 0, 0xc0, 0, 0x20, 0, 0xe0]],
    );
    const { sampleRate, channels } = decodeWav(file);
    assert.equal(sampleRate, 16000);
    assert.deepEqual(
      channels.map((channel) => [...channel]),
      [
        [0.5, 0.25],
        [-0.5, -0.25],
      ],
    );
  });

  test('a file that ends early has the samples before', () => {
    const file = encodeWav(samples, 16000, 'float32');
    assert.deepEqual(decodeWav(file.slice(0, file.byteLength - 6)).channels[0], samples.slice(0, -2));
  });
});

describe('what is no WAV file that can be read: AUDIO_FORMAT', () => {
  const files: [string, ArrayBuffer][] = [
    ['an empty file', new ArrayBuffer(0)],
    ['a page of HTML', new TextEncoder().encode('<!doctype html><title>404</title>').slice().buffer],
    ['samples that nothing describes', riff(['data', [0, 0]])],
    ['a description without samples', riff(['fmt ', layout(1, 1, 16)])],
    ['a compressed format', riff(['fmt ', layout(85, 1, 16)], ['data', [0, 0]])],
    ['12 bits', riff(['fmt ', layout(1, 1, 12)], ['data', [0, 0]])],
    ['no channels', riff(['fmt ', layout(1, 0, 16)], ['data', [0, 0]])],
  ];
  for (const [name, file] of files) {
    test(name, () => assert.throws(() => decodeWav(file), { code: 'AUDIO_FORMAT' }));
  }
});
