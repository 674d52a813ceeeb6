/** The entry for a page: `<script type="module" src=".../timbrel.js">` defines every element and exports the API. */
import { defineElements } from './elements/internal/define-elements.js';
// The pieces of an instrument come with it: a file of its own would be one more way to the server and back.
import './elements/midi-input/midi-input.js';
import './elements/morph-pad/morph-pad.js';
import './elements/piano-keyboard/piano-keyboard.js';
import './elements/rainbow-gram/rainbow-gram.js';

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

// Their classes are exported by entries of their own. Instruments come before the writers that play on them, and these before what hands
// music to them.
if (typeof document === 'object')
  defineElements(
    { 'nsynth-instrument': () => import('./elements/nsynth-instrument/nsynth-instrument.js') },
    {
      'piano-roll': () => import('./elements/piano-roll/piano-roll.js'),
      'melody-rnn': () => import('./elements/melody-rnn/melody-rnn.js'),
      'drums-rnn': () => import('./elements/drums-rnn/drums-rnn.js'),
      'improv-rnn': () => import('./elements/improv-rnn/improv-rnn.js'),
      'polyphony-rnn': () => import('./elements/polyphony-rnn/polyphony-rnn.js'),
      'music-transformer': () => import('./elements/music-transformer/music-transformer.js'),
      'performance-rnn': () => import('./elements/performance-rnn/performance-rnn.js'),
      'music-vae': () => import('./elements/music-vae/music-vae.js'),
    },
    { 'onsets-frames': () => import('./elements/onsets-frames/onsets-frames.js') },
  );
