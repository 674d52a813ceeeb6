/** Options of the commands that write with a Music Transformer: the help that its sampler gives. */
export const HELPED_SAMPLING = {
  'end-notes-after': {
    type: 'number',
    description:
      'Seconds after which a note becomes likelier to end; default: as the checkpoint says, Infinity: never',
  },
  'spare-keys': {
    type: 'number',
    description:
      'Nats by which keys that were just struck are spared, for each unit of temperature below 1; default 4',
  },
} as const;
