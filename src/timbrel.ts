/** The entry for a page: `<script type="module" src=".../timbrel.js">` defines every element and exports the API. */
export * from './index.js';
export { GANSynthInstrumentElement } from './elements/gansynth-instrument/gansynth-instrument.js';

// One after the other: evaluated together they would keep the page busy. Their classes are exported by entries of their own.
void (async () => {
  await import('./elements/morph-pad/morph-pad.js');
  await import('./elements/piano-keyboard/piano-keyboard.js');
  await import('./elements/rainbow-gram/rainbow-gram.js');
  await import('./elements/midi-input/midi-input.js');
  await import('./elements/piano-roll/piano-roll.js');
  await import('./elements/melody-rnn/melody-rnn.js');
  await import('./elements/drums-rnn/drums-rnn.js');
  await import('./elements/improv-rnn/improv-rnn.js');
  await import('./elements/polyphony-rnn/polyphony-rnn.js');
  await import('./elements/performance-rnn/performance-rnn.js');
})();
