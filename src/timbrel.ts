/** The entry for a page: `<script type="module" src=".../timbrel.js">` defines every element and exports the API. */
export * from './index.js';
export { GANSynthInstrumentElement } from './elements/gansynth-instrument/gansynth-instrument.js';

// What is defined below is typed, too: tags in `querySelector`, events in `addEventListener`, both by name.
export type * from './elements/gansynth-instrument/gansynth-instrument.js';
export type * from './elements/nsynth-instrument/nsynth-instrument.js';
export type * from './elements/morph-pad/morph-pad.js';
export type * from './elements/piano-keyboard/piano-keyboard.js';
export type * from './elements/rainbow-gram/rainbow-gram.js';
export type * from './elements/midi-input/midi-input.js';
export type * from './elements/piano-roll/piano-roll.js';
export type * from './elements/melody-rnn/melody-rnn.js';
export type * from './elements/drums-rnn/drums-rnn.js';
export type * from './elements/improv-rnn/improv-rnn.js';
export type * from './elements/polyphony-rnn/polyphony-rnn.js';
export type * from './elements/music-transformer/music-transformer.js';
export type * from './elements/performance-rnn/performance-rnn.js';
export type * from './elements/music-vae/music-vae.js';
export type * from './elements/onsets-frames/onsets-frames.js';

// One after the other: evaluated together they would keep the page busy. Their classes are exported by entries of their own.
void (async () => {
  await import('./elements/morph-pad/morph-pad.js');
  await import('./elements/piano-keyboard/piano-keyboard.js');
  await import('./elements/rainbow-gram/rainbow-gram.js');
  await import('./elements/midi-input/midi-input.js');
  await import('./elements/nsynth-instrument/nsynth-instrument.js');
  await import('./elements/piano-roll/piano-roll.js');
  await import('./elements/melody-rnn/melody-rnn.js');
  await import('./elements/drums-rnn/drums-rnn.js');
  await import('./elements/improv-rnn/improv-rnn.js');
  await import('./elements/polyphony-rnn/polyphony-rnn.js');
  await import('./elements/music-transformer/music-transformer.js');
  await import('./elements/performance-rnn/performance-rnn.js');
  await import('./elements/music-vae/music-vae.js');
  await import('./elements/onsets-frames/onsets-frames.js');
})();
