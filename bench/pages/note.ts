/** bench/time-notes.ts in Chromium. */
import { timeNotes } from '../time-notes.js';

const benchmark = () =>
  timeNotes({
    where: '',
    rounds: { full: 9, default: 15 },
    tfjsFiles: '/tfjs-wasm/',
    fetchBytes: async (name) => (await fetch(`/dist/${name}`)).arrayBuffer(),
  });

Object.assign(globalThis, { benchmark });
