// One field of chords, and a chord picked by ear: each press sounds it.
import { music } from './band-music.js';

const ROOTS = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'];
const KINDS = [
  ['', 'major'],
  ['m', 'minor'],
  ['7', '7'],
  ['maj7', 'major 7'],
  ['m7', 'minor 7'],
  ['sus4', 'sus 4'],
  ['dim', 'dim'],
  ['aug', 'aug'],
];

const symbolsIn = (text) => text.split(/[\s,|]+/).filter(Boolean);

/**
 * @param field the text of the chords
 * @param picker the dialog
 * @param hear sounds a chord
 */
export function createChords(field, picker, hear) {
  let [root, kind] = ['C', ''];
  const add = picker.querySelector('#add-chord');

  const show = () => {
    for (const button of picker.querySelectorAll('[data-root]'))
      button.setAttribute('aria-pressed', String(button.dataset.root === root));
    for (const button of picker.querySelectorAll('[data-kind]'))
      button.setAttribute('aria-pressed', String(button.dataset.kind === kind));
    add.textContent = `Add ${root}${kind}`;
  };
  const button = (group, data, words, choose) => {
    const each = document.createElement('button');
    Object.assign(each, { type: 'button', textContent: words });
    Object.assign(each.dataset, data);
    each.addEventListener('click', () => {
      choose();
      show();
      hear(root + kind);
    });
    picker.querySelector(group).append(each);
  };
  for (const name of ROOTS) button('.roots', { root: name }, name, () => (root = name));
  for (const [name, words] of KINDS) button('.kinds', { kind: name }, words, () => (kind = name));
  show();

  const set = (symbols) => {
    field.value = symbols.join(' ');
    field.dispatchEvent(new Event('change'));
  };
  add.addEventListener('click', () => set([...symbolsIn(field.value), root + kind]));
  picker
    .querySelector('#drop-chord')
    .addEventListener('click', () => set(symbolsIn(field.value).slice(0, -1)));

  return {
    get symbols() {
      return symbolsIn(field.value);
    },
    /** Why the first symbol that is none cannot be read, else undefined; the field says so. */
    async check() {
      const { parseChordSymbol } = await music;
      let why;
      try {
        for (const symbol of symbolsIn(field.value)) if (symbol !== 'N.C.') parseChordSymbol(symbol);
      } catch (error) {
        why = error.message;
      }
      field.setAttribute('aria-invalid', String(why !== undefined));
      return why;
    },
  };
}
