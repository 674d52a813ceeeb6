/** The kinds of chords and how they are written (note_seq/chord_symbols_lib.py), with common other spellings. */

/** A degree of the scale above the root, from 1, and how it is altered in semitones: [3, -1] is a minor third. */
export type Degree = readonly [degree: number, alteration: number];

const MAJOR: Degree[] = [[1, 0], [3, 0], [5, 0]]; // prettier-ignore
const MINOR: Degree[] = [[1, 0], [3, -1], [5, 0]]; // prettier-ignore
const AUGMENTED: Degree[] = [[1, 0], [3, 0], [5, 1]]; // prettier-ignore
const DIMINISHED: Degree[] = [[1, 0], [3, -1], [5, -1]]; // prettier-ignore

const SEVENTH: Degree = [7, -1];
const MAJOR_SEVENTH: Degree = [7, 0];
const NINTH: Degree = [9, 0];
const ELEVENTH: Degree = [11, 0];
const THIRTEENTH: Degree = [13, 0];

const MAJ = ['maj', 'Maj', 'M', 'ma', 'Δ', '△'];
const MIN = ['m', 'min', '-', 'mi'];
const AUG = ['+', 'aug'];
const DIM = ['o', 'dim', '°'];

const spell = (prefixes: readonly string[], ...suffixes: string[]) =>
  prefixes.flatMap((prefix) => suffixes.map((suffix) => `${prefix}${suffix}`));
const minorMajor = (number: number) =>
  MIN.flatMap((minor) =>
    spell(['maj', 'M'], `${number}`).flatMap((maj) => [minor + maj, `${minor}(${maj})`]),
  );

/** The chord of a colour up to the ninth, eleventh, thirteenth. */
function extended(
  seventhChord: readonly Degree[],
  spellings: (n: number) => string[],
): [string[], Degree[]][] {
  const ninth = [...seventhChord, NINTH];
  const eleventh = [...ninth, ELEVENTH];
  return [
    [spellings(9), ninth],
    [spellings(11), eleventh],
    [spellings(13), [...eleventh, THIRTEENTH]],
  ];
}

/** In the order in which they are tried. */
const KINDS: readonly (readonly [readonly string[], readonly Degree[]])[] = [
  [['', ...MAJ], MAJOR],
  [MIN, MINOR],
  [AUG, AUGMENTED],
  [DIM, DIMINISHED],
  [
    ['7', 'dom7'],
    [...MAJOR, SEVENTH],
  ],
  [
    ['Δ', '△', ...spell(MAJ, '7')],
    [...MAJOR, MAJOR_SEVENTH],
  ],
  [spell(MIN, '7'), [...MINOR, SEVENTH]],
  [spell(DIM, '7'), [...DIMINISHED, [7, -2]]],
  [
    [...spell(AUG, '7'), '7+', '7aug'],
    [...AUGMENTED, SEVENTH],
  ],
  [
    [...spell(MIN, '7b5', '7(b5)'), '/o', '/o7', 'ø', 'ø7'],
    [...DIMINISHED, SEVENTH],
  ],
  [minorMajor(7), [...MINOR, MAJOR_SEVENTH]],
  [
    ['6', ...spell(MAJ, '6')],
    [...MAJOR, [6, 0]],
  ],
  [spell(MIN, '6'), [...MINOR, [6, 0]]],
  [
    ['6/9', '69'],
    [...MAJOR, [6, 0], NINTH],
  ],
  [spell(MIN, '6/9', '69'), [...MINOR, [6, 0], NINTH]],
  ...extended([...MAJOR, SEVENTH], (n) => [`${n}`]),
  ...extended([...MAJOR, MAJOR_SEVENTH], (n) => spell(MAJ, `${n}`)),
  ...extended([...MINOR, SEVENTH], (n) => spell(MIN, `${n}`)),
  ...extended([...AUGMENTED, SEVENTH], (n) => spell(AUG, `${n}`)),
  ...extended([...MINOR, MAJOR_SEVENTH], minorMajor),
  [['sus2'], [[1, 0], [2, 0], [5, 0]]], // prettier-ignore
  [['sus', 'sus4'], [[1, 0], [4, 0], [5, 0]]], // prettier-ignore
  [['sus7', '7sus', '7sus4'], [[1, 0], [4, 0], [5, 0], SEVENTH]], // prettier-ignore
  [['9sus', '9sus4', 'sus9'], [[1, 0], [4, 0], [5, 0], SEVENTH, NINTH]], // prettier-ignore
  [['ped'], [[1, 0]]],
  [['5'], [[1, 0], [5, 0]]], // prettier-ignore
];

/** [spelling, degrees]; where a spelling stands twice the first counts, so a triangle alone is a major triad. */
export const CHORD_KINDS: readonly (readonly [string, readonly Degree[]])[] = KINDS.flatMap(
  ([spellings, degrees]) => spellings.map((spelling) => [spelling, degrees] as const),
);
