/** The nine drums of DrumsRNN, General MIDI, from the top as drummers write them; each stands for its class of pitches. */
export const DRUMS: readonly (readonly [pitch: number, name: string])[] = [
  [49, 'Crash'],
  [51, 'Ride'],
  [46, 'Open hat'],
  [42, 'Closed hat'],
  [50, 'High tom'],
  [48, 'Mid tom'],
  [45, 'Low tom'],
  [38, 'Snare'],
  [36, 'Kick'],
];
