// Pieces that are one tune: hymnals, chorale books and collections of dances hold the same tunes again and again, in other keys,
// with other words and harmonies. Split piece by piece, a model would be tested on tunes it has learned.

/** As catalogues of incipits do: this many intervals at the beginning tell a tune. */
const INCIPIT = 8;
/** Anywhere in the piece: two phrases, longer than the runs and broken chords that all music shares. */
const SHARED = 16;

/** Intervals of the highest part in semitones, without repeated notes. */
function intervals({ record: { notes }, column: { pitch, start, voice }, part, keeps }) {
  const isTop = part === undefined && voice !== undefined ? (note) => note[voice] === 0 : keeps;
  const top = notes.filter(isTop).sort((a, b) => a[start] - b[start]);
  const pitches = top.map((note) => note[pitch]).filter((value, i, all) => value !== all[i - 1]);
  return pitches.slice(1).map((value, i) => value - pitches[i]);
}

/** FNV-1a, 32 bits. */
function hash(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}

/**
 * Gives every piece the split of its tune: one tune in ten for validation, one for test.
 * @param pieces `{ record, column, part, keeps }`: a record, where its notes have what, and which of them are meant, if a part is
 */
export function splitByTune(pieces) {
  const parent = pieces.map((_, i) => i);
  const root = (i) => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]];
    return i;
  };
  const first = new Map();
  pieces.forEach((piece, i) => {
    const steps = intervals(piece);
    const keys = [`^${steps.slice(0, INCIPIT)}`];
    for (let k = 0; k + SHARED <= steps.length; k++) keys.push(`${steps.slice(k, k + SHARED)}`);
    for (const key of keys) {
      if (first.has(key)) parent[root(i)] = root(first.get(key));
      else first.set(key, i);
    }
  });
  pieces.forEach(({ record }, i) => {
    const part = (hash(pieces[root(i)].record.id) >>> 8) % 10;
    record.split = part === 0 ? 'validation' : part === 1 ? 'test' : 'train';
  });
  return new Set(pieces.map((_, i) => root(i))).size;
}
