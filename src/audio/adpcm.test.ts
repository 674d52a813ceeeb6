import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeADPCM, encodeADPCM } from './adpcm.js';
import { decibels, rms } from './level.js';

test('a tone comes back from four bits a sample with noise 30 dB below it', () => {
  const tone = Float32Array.from({ length: 8001 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / 16000));
  const bytes = encodeADPCM(tone);
  assert.equal(bytes.length, 4001);
  const noise = decodeADPCM(bytes, tone.length).map((sample, i) => sample - tone[i]);
  const below = decibels(rms(tone, 1000, 8000)) - decibels(rms(noise, 1000, 8000));
  assert.ok(below > 30, `${below} dB`);
});

test('silence stays silence, and a step of full scale stays in range', () => {
  assert.ok(decodeADPCM(encodeADPCM(new Float32Array(100)), 100).every((sample) => Math.abs(sample) < 1e-3));
  const step = Float32Array.from({ length: 100 }, (_, i) => (i < 50 ? -1 : 1));
  assert.ok(decodeADPCM(encodeADPCM(step), 100).every((sample) => sample >= -1 && sample < 1));
});
