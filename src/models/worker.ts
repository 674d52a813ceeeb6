/** Entry of the model worker: a family of models by its name, each loaded when a page asks for it. */
import type { Families } from '../workers/server.js';
import { serveFamilies } from '../workers/worker-scope.js';

const FAMILIES = {
  checkpoints: async () => (await import('./checkpoints/worker/server.js')).createServer,
  'event-rnn': async () => (await import('./event-rnn/worker/server.js')).createServer,
  gansynth: async () => (await import('./gansynth/worker/server.js')).createServer,
  'music-transformer': async () => (await import('./music-transformer/worker/server.js')).createServer,
  'onsets-frames': async () => (await import('./onsets-frames/worker/server.js')).createServer,
  'music-vae': async () => (await import('./music-vae/worker/server.js')).createServer,
  nsynth: async () => (await import('./nsynth/worker/server.js')).createServer,
} satisfies Families;

export type Family = keyof typeof FAMILIES;

serveFamilies(FAMILIES);
