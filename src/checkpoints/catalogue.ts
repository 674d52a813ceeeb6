/** Checkpoints that can be named instead of addressed. Names and addresses only: this is read on the main thread. */

export interface CatalogueEntry {
  readonly id: string;
  readonly model: 'GANSynth';
  /** Folder of the manifest; undefined for what the package ships. */
  readonly url: string | undefined;
  /** Of the weights, bytes. */
  readonly bytes: number;
  readonly note: string;
}

export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    id: 'gansynth/small',
    model: 'GANSynth',
    url: undefined,
    bytes: 3_776_776,
    note: 'Shipped with the package; see its model card.',
  },
  {
    id: 'gansynth/acoustic_only',
    model: 'GANSynth',
    url: 'https://storage.googleapis.com/magentadata/js/checkpoints/gansynth/acoustic_only/',
    bytes: 29_235_208,
    note:
      "Magenta's own, trained on the acoustic instruments of NSynth; at the address its demo uses. That the sibling " +
      'all_instruments exists in browser form is not confirmed, so it is not listed: give its URL if you have one.',
  },
];
