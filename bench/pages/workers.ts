/** Two full-size notes at once on two workers, against one after the other on one. */
import type * as Timbrel from '../../src/index.js';
import { interleave, median, type Row } from '../statistics.js';

async function benchmark(): Promise<Row[]> {
  const { GANSynth } = (await import(
    /* @vite-ignore */ `${location.origin}/dist/index.js`
  )) as typeof Timbrel;
  const checkpoint = `${location.origin}/scratch/checkpoint/`;
  const [a, b] = await Promise.all([0, 1].map(() => GANSynth.load(checkpoint, { backend: 'wasm' })));
  const times = await interleave(
    {
      one: () => a.generate({ pitch: 60 }),
      two: () => Promise.all([a.generate({ pitch: 60 }), b.generate({ pitch: 64 })]),
    },
    9,
  );
  const perNote = times.two.map((time) => time / 2);
  return [
    {
      name: 'full-size note through one worker, with audio',
      value: Number(median(times.one).toFixed(1)),
      unit: 'ms',
    },
    { name: 'a note, two at once on two workers', value: Number(median(perNote).toFixed(1)), unit: 'ms' },
    {
      name: 'gain of the second worker',
      value: Number(median(times.one.map((time, round) => time / perNote[round])).toFixed(2)),
      unit: 'x',
    },
  ];
}

Object.assign(globalThis, { benchmark });
