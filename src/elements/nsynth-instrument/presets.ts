/** Sounds between the timbres of the network that the package ships. */
import { preset } from '../timbre-instrument/preset.js';

export const PRESETS = [
  preset('Open air', ['flute', 'trumpet', 'electric piano', 'strings'], [0.2, 0.2]),
  preset('Toy box', ['music box', 'vibraphone', 'marimba', 'pizzicato'], [0.35, 0.35], { room: 0.45 }),
  preset('Nave', ['church organ', 'choir', 'strings', 'french horn'], [0.3, 0.4], {
    ...{ attack: 0.05, release: 3.5, room: 0.8 },
  }),
  preset('Two reeds', ['oboe', 'clarinet', 'alto sax', 'accordion'], [0.45, 0.3]),
  preset('Low strings', ['cello', 'violin', 'nylon guitar', 'finger bass'], [0.25, 0.35], { attack: 0.05 }),
  preset('Machine room', ['saw lead', 'synth bass', 'drawbar organ', 'electric piano'], [0.4, 0.4], {
    ...{ decay: 0.6, sustain: 0.6, room: 0.35 },
  }),
  preset('Old keys', ['harpsichord', 'piano', 'drawbar organ', 'electric piano'], [0.4, 0.4], { room: 0.2 }),
  preset('Far away', ['pan flute', 'choir', 'strings', 'flute'], [0.5, 0.5], {
    ...{ attack: 0.6, release: 4, room: 0.9 },
  }),
];
