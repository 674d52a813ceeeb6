/** The entry for a page: `<script type="module" src=".../timbrel.js">` defines every element and exports everything. */
export * from './index.js';
export { GANSynthInstrumentElement } from './elements/gansynth-instrument/gansynth-instrument.js';
export { MidiInput } from './elements/midi-input/midi-input.js';
export { MorphPad } from './elements/morph-pad/morph-pad.js';
export { PianoKeyboard } from './elements/piano-keyboard/piano-keyboard.js';
export { RainbowGram } from './elements/rainbow-gram/rainbow-gram.js';
