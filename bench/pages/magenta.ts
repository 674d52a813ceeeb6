/** One full-size note: ours against GANSynth of @magenta/music, on the same synthetic checkpoint. */
import type * as Timbrel from '../../src/index.js';
import { interleave, rows, type Row } from '../statistics.js';

/** The part of it that we use. */
interface MagentaGANSynth {
  initialize(): Promise<void>;
  randomSample(pitch: number): { dispose(): void };
  specgramsToAudio(image: { dispose(): void }): Promise<Float32Array>;
}

declare const gansynth: { readonly GANSynth: new (checkpointURL: string) => MagentaGANSynth };
declare const tf: { getBackend(): string };

async function benchmark(): Promise<Row[]> {
  const { GANSynth } = (await import(
    /* @vite-ignore */ `${location.origin}/dist/index.js`
  )) as typeof Timbrel;
  const checkpoint = `${location.origin}/scratch/checkpoint`;
  const ours = await GANSynth.load(`${checkpoint}/`, { backend: 'wasm' });
  const magenta = new gansynth.GANSynth(checkpoint);
  await magenta.initialize();
  const times = await interleave(
    {
      'ours, wasm, with audio': () => ours.generate({ pitch: 60 }),
      '@magenta/music, with audio': async () => {
        const image = magenta.randomSample(60);
        await magenta.specgramsToAudio(image);
        image.dispose();
      },
    },
    3,
  );
  return [
    ...rows('full-size note', times, ['@magenta/music, with audio']),
    { name: 'the backend @magenta/music chose', value: tf.getBackend(), unit: '' },
  ];
}

Object.assign(globalThis, { benchmark });
