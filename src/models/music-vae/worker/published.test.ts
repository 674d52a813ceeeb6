/** Manifests of published checkpoints, with made-up values behind them: they load and decode. They are not shipped. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { ShardGroup } from '../../../checkpoints/formats/manifest.js';
import { parseManifest } from '../../../checkpoints/formats/manifest.js';
import { gaussianVector } from '../../../random/random.js';
import { MusicVAEModel } from './music-vae-model.js';

const folder = new URL('../../../../../shared/checkpoints/manifests_only/', import.meta.url);
const skip = existsSync(folder) ? false : 'the published manifests are not here';

/** Whole numbers near the middle of their range: weights near zero. */
function shards({ paths, byteLength, tensors }: ShardGroup): File[] {
  const bytes = new Uint8Array(byteLength);
  let at = 0;
  let state = 1;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32 - 0.5;
  const view = new DataView(bytes.buffer);
  for (const { stored, length, scale, min } of tensors) {
    const most = stored === 'uint8' ? 255 : 65535;
    for (let i = 0; i < length; i++) {
      const value = Math.min(most, Math.max(0, Math.round((0.2 * next() - min) / scale)));
      if (stored === 'uint8') view.setUint8(at, value);
      else view.setUint16(at, value, true);
      at += stored === 'uint8' ? 1 : 2;
    }
  }
  const each = 2 ** 22;
  return paths.map((path, i) => new File([bytes.subarray(i * each, (i + 1) * each)], path));
}

const EXPECTED = {
  music_vae_mel_chords: { latentSize: 128, kind: 'melody', controls: ['chords'], segments: 1, steps: 32 },
  music_vae_multitrack_chords: {
    latentSize: 256,
    kind: 'multitrack',
    controls: ['chords'],
    segments: 8,
    steps: 96,
  },
  music_vae_mel_4bar_med_q2: { latentSize: 256, kind: 'melody', controls: [], segments: 1, steps: 64 },
} as const;

describe('published shapes', { skip }, () => {
  for (const [name, expected] of Object.entries(EXPECTED)) {
    test(name, async () => {
      const read = (file: string) => readFileSync(new URL(`${name}/${file}`, folder));
      const manifest = read('weights_manifest.json');
      const [group] = parseManifest(manifest, name);
      const files = [
        ...shards(group),
        new File([manifest], 'weights_manifest.json'),
        new File([read('config.json')], 'config.json'),
      ];
      const model = await MusicVAEModel.load({ kind: 'files', files }, { backend: 'cpu' });
      const { latentSize, kind, controls, segments, steps } = model.describe();
      assert.deepEqual({ latentSize, kind, controls, segments, steps }, expected);
      const options = { controls: expected.controls.length > 0 ? { chords: ['Am'] } : {} };
      const [sequence] = await model.decode([gaussianVector(1, latentSize)], options);
      assert.ok(Number(sequence.totalTime) > 1);
      const piece = { notes: sequence.notes.slice(0, 0), quantizationInfo: { stepsPerQuarter: 4 } };
      const [z] = await model.encode([piece], options);
      assert.ok(z.length === latentSize && z.every(Number.isFinite));
    });
  }
});
