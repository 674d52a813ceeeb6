/**
 * MusicXML to NoteSequences (note_seq/musicxml_parser.py reads the same): parts and voices, transposing instruments at the pitch that
 * sounds, repeats and jumps unfolded, ties joined, dynamics as velocities, harmonies as chord symbols. Ornaments, arpeggios and
 * articulations change nothing.
 */
import { bytesOf, isBytes, textOf, type FileBytes } from '../../bytes/given-file.js';
import type { NoteSequence } from '../note-sequence.js';
import { partsOf } from './musicxml-instruments.js';
import { PartReader, fillEndings, type GrowingMeasure } from './musicxml-part.js';
import { isZip, unpackMXL } from './mxl.js';
import type { PartMeasure, ScorePart } from './score.js';
import { scoreToSequence } from './score-to-sequence.js';
import { childOf, childrenOf, invalidXML, parseXML, textIn, type XMLElement } from './xml.js';

/** note-seq's numbers: MUSIC_XML, MAGENTA_MUSIC_XML. */
const SOURCE = { encodingType: 1, parser: 3 };

/** The measures of each part by its id, in whichever of the two orders they are written. */
function measuresOf(root: XMLElement): Map<string, XMLElement[]> {
  const byPart = new Map<string, XMLElement[]>();
  if (root.name === 'score-partwise') {
    for (const part of childrenOf(root, 'part'))
      byPart.set(part.attributes.id ?? '', childrenOf(part, 'measure'));
  } else {
    for (const measure of childrenOf(root, 'measure'))
      for (const part of childrenOf(measure, 'part')) {
        const own = byPart.get(part.attributes.id ?? '') ?? [];
        byPart.set(part.attributes.id ?? '', own);
        own.push({ ...part, attributes: measure.attributes });
      }
  }
  return byPart;
}

function titleOf(root: XMLElement): string | undefined {
  const work = childOf(root, 'work');
  return (work && textIn(work, 'work-title')) || textIn(root, 'movement-title');
}

const composersOf = (root: XMLElement) =>
  childrenOf(childOf(root, 'identification') ?? root, 'creator')
    .filter(({ attributes, text }) => attributes.type === 'composer' && text !== '')
    .map(({ text }) => text);

/**
 * A score as it is played.
 * @param file the text or the bytes of a .xml or .musicxml file, or the bytes of a packed one (.mxl)
 * @throws MUSIC_XML_INVALID naming the measure and the part where something is wrong
 */
export async function readMusicXML(file: FileBytes | string): Promise<NoteSequence> {
  const bytes = typeof file === 'string' ? undefined : isBytes(file) && bytesOf('readMusicXML', file);
  const score = bytes && isZip(bytes) ? await unpackMXL(bytes) : file;
  const root = await parseXML(textOf('readMusicXML', score));
  if (root.name !== 'score-partwise' && root.name !== 'score-timewise')
    throw invalidXML(`it begins with <${root.name}>, a score with <score-partwise> or <score-timewise>`);
  const written = measuresOf(root);
  const count = Math.max(0, ...[...written.values()].map(({ length }) => length));
  if (count === 0) throw invalidXML('there are no measures in it');
  const measures = Array.from({ length: count }, (): GrowingMeasure => ({
    marks: {},
    tempos: [],
    chords: [],
  }));
  const known = new Map(partsOf(root).map((part) => [part.id, part]));
  const parts = [...written].map(([id, elements], i): ScorePart => {
    const part = known.get(id) ?? { id, name: '', program: 0, instruments: new Map() };
    const reader = new PartReader(part, i === 0);
    const own = elements.map((element, m): PartMeasure => reader.read(element, measures[m]));
    return { name: part.name, program: part.program, measures: own };
  });
  fillEndings(measures);
  for (const { tempos, chords } of measures) {
    tempos.sort((a, b) => a.at - b.at);
    chords.sort((a, b) => a.at - b.at);
  }
  const title = titleOf(root);
  const sequence = scoreToSequence({ title, composers: composersOf(root), ...SOURCE, measures, parts });
  if (!sequence) throw invalidXML('its repeats make more than 50000 measures');
  return sequence;
}
