/** Parts of the small elements that the large ones are made of, as these hand them on: a page styles them where it sees them. */

/** Element -> its part -> the name that it has outside. */
export const EXPORTED_PARTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'piano-keyboard': {
    keys: 'keys',
    key: 'key',
    white: 'white',
    black: 'black',
    pressed: 'pressed',
    name: 'name',
    bar: 'bar',
    'octave-button': 'octave-button',
  },
  'morph-pad': {
    gradient: 'gradient',
    trail: 'trail',
    guide: 'guide',
    handle: 'handle',
    label: 'label',
    slider: 'slider',
  },
  'rainbow-gram': { tick: 'tick', playhead: 'picture-playhead', placeholder: 'picture-placeholder' },
  'midi-input': { connect: 'connect', message: 'message', inputs: 'inputs', light: 'light' },
  'piano-roll': { playhead: 'playhead', placeholder: 'placeholder', zoom: 'zoom' },
};

/** The value of the attribute `exportparts` on an element. */
export const partsOf = (tag: string): string =>
  Object.entries(EXPORTED_PARTS[tag] ?? {})
    .map(([inside, outside]) => `${inside}: ${outside}`)
    .join(', ');
