/** `timbrel gansynth timbres`: the names of a checkpoint's timbres. */
import { GANSynth } from '../../models/gansynth/gansynth.js';
import { checkpointOption, checkpointSource } from '../checkpoint-option.js';
import { defineCommand } from '../command.js';

export const timbresCommand = defineCommand({
  summary: 'List the timbres that a checkpoint names',
  usage: '[OPTIONS]',
  examples: ['', '--json --checkpoint ./weights'],
  options: { checkpoint: checkpointOption },
  async run({ values }) {
    const model = await GANSynth.load(checkpointSource(values.checkpoint, 'GANSynth'), { backend: 'wasm' });
    try {
      const timbres = model.timbres.map(({ name, family }) => ({ name, family }));
      const families = [...new Set(timbres.map(({ family }) => family))];
      const lines = families.map((family) => {
        const names = timbres.filter((timbre) => timbre.family === family).map(({ name }) => name);
        return `${family}: ${names.join(', ')}`;
      });
      return {
        text: lines.join('\n') || 'This checkpoint names no timbres: choose by --seed',
        data: timbres,
      };
    } finally {
      model.dispose();
    }
  },
});
