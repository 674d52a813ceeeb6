/** Beeper as an instrument. */
import { resolveSource } from '../../src/checkpoints/resolve-source.js';
import type { OpenAudio } from '../../src/instruments/audio-output.js';
import { TimbreInstrument, type InstrumentOptions } from '../../src/instruments/timbre-instrument.js';
import type { TimbreModel } from '../../src/instruments/timbre-model.js';
import { mixCorners, sampleLatent } from '../../src/latent/latent.js';
import { notePools, type NotePoolOf } from '../../src/workers/note-pool.js';
import type { Spawn } from '../../src/workers/spawn.js';
import type { BeeperDescription, BeeperJob, BeeperMethods } from './protocol.js';

type BeeperPool = NotePoolOf<BeeperJob, BeeperDescription, BeeperMethods, never>;

export function beeper(spawn: Spawn): TimbreModel<BeeperJob, BeeperPool> {
  const pools = notePools<BeeperJob, BeeperDescription, object, BeeperMethods>('beeper', spawn);
  return {
    pitches: [69, 69],
    latentSize: 1,
    corners: ['seed:a', 'seed:b', 'seed:c', 'seed:d'],
    load: async (source = './weights/', options) => pools(resolveSource(source, {}), {}, options),
    mix: mixCorners,
    random: (seed) => sampleLatent(seed, 1).map(Math.abs),
    job: (note, latent) => ({ ...note, latent }),
  };
}

export class BeeperInstrument extends TimbreInstrument<BeeperJob, BeeperPool> {
  constructor(spawn: Spawn, options: InstrumentOptions, openAudio: OpenAudio) {
    super(beeper(spawn), options, openAudio);
  }
}
