/** Sounds between the timbres of the network that the package ships. */
import { preset } from '../timbre-instrument/preset.js';

export const PRESETS = [
  preset('Morning', ['flute', 'french horn', 'electric piano', 'strings'], [0.3, 0.3]),
  preset('Glass garden', ['celesta', 'music box', 'vibraphone', 'harp'], [0.35, 0.4], { room: 0.55 }),
  preset('Breath', ['pan flute', 'ocarina', 'choir', 'warm pad'], [0.4, 0.6], {
    ...{ attack: 0.18, release: 3, room: 0.6 },
  }),
  preset('Chapel', ['church organ', 'choir', 'strings', 'french horn'], [0.25, 0.35], {
    ...{ attack: 0.05, release: 3.5, room: 0.85 },
  }),
  preset('Bow and reed', ['violin', 'oboe', 'cello', 'clarinet'], [0.45, 0.45], { attack: 0.06 }),
  preset('Late bar', ['jazz guitar', 'tenor sax', 'electric piano', 'acoustic bass'], [0.3, 0.55], {
    room: 0.2,
  }),
  preset('Brass hall', ['trumpet', 'french horn', 'tenor sax', 'bassoon'], [0.4, 0.3], { room: 0.5 }),
  preset('Wood', ['marimba', 'xylophone', 'pizzicato', 'nylon guitar'], [0.35, 0.5], {
    ...{ decay: 0.8, sustain: 0.4, room: 0.15 },
  }),
  preset('Neon', ['saw lead', 'square lead', 'synth bass', 'warm pad'], [0.4, 0.35], {
    ...{ attack: 0.01, decay: 0.6, sustain: 0.6, room: 0.35 },
  }),
  preset('Street corner', ['accordion', 'harmonica', 'clarinet', 'violin'], [0.45, 0.3], { room: 0.1 }),
  preset('Long distance', ['warm pad', 'strings', 'pan flute', 'choir'], [0.5, 0.5], {
    ...{ attack: 0.8, release: 4, room: 0.9 },
  }),
  preset('Clockwork', ['harpsichord', 'music box', 'pizzicato', 'celesta'], [0.3, 0.3], {
    ...{ decay: 0.5, sustain: 0.3, release: 1, room: 0.25 },
  }),
];
