/** `timbrel transposer`: a row of the command line. */
import { defineCommand, type Command } from '../../src/cli/command.js';
import type { Spawn } from '../../src/workers/spawn.js';
import { Transposer } from './transposer.js';

export const transposerCommand = (spawn: Spawn): Command =>
  defineCommand({
    summary: 'Move notes as the checkpoint says',
    usage: 'PITCH --checkpoint SOURCE',
    examples: ['60 --checkpoint ./weights'],
    positionals: { min: 1, max: 1 },
    options: { checkpoint: { type: 'string', value: 'SOURCE', description: 'Weights' } },
    async run({ values, positionals: [pitch] }) {
      const model = await Transposer.load(values.checkpoint ?? './weights', {}, spawn);
      try {
        const { notes } = await model.transpose({ notes: [{ pitch: Number(pitch), endTime: 1 }] });
        return { text: notes.map((note) => note.pitch).join(' '), data: notes };
      } finally {
        model.dispose();
      }
    },
  });
