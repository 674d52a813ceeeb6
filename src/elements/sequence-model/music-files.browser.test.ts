/** Scores as the browser's own parser reads them. */
import { expect } from '@esm-bundle/chai';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { readMusicFile } from './midi-files.js';

const SCORE = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">
<score-partwise><part-list><score-part id="P1"><part-name>Flöte</part-name></score-part></part-list><part id="P1"><measure number="1">
<attributes><divisions>1</divisions></attributes><note><pitch><step>G</step><octave>4</octave></pitch><duration>1</duration></note>
</measure></part></score-partwise>`;

/** The score in a zip with its deflated container, as programs pack it. */
async function packed(text: string): Promise<File> {
  const bytes = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const body = new Uint8Array(await new Response(bytes).arrayBuffer());
  const name = Uint8Array.from(new TextEncoder().encode('a.xml'));
  const { crc32 } = await import('../../bytes/crc.js');
  const plain = new TextEncoder().encode(text);
  const facts = new DataView(new ArrayBuffer(26));
  facts.setUint16(0, 20, true);
  facts.setUint16(4, 8, true);
  facts.setUint32(10, crc32(plain), true);
  facts.setUint32(14, body.length, true);
  facts.setUint32(18, plain.length, true);
  facts.setUint16(22, name.length, true);
  const common = new Uint8Array(facts.buffer);
  const local = [Uint8Array.of(0x50, 0x4b, 3, 4), common, name, body];
  const entry = [Uint8Array.of(0x50, 0x4b, 1, 2, 20, 0), common, new Uint8Array(14), name];
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(10, 1, true);
  end.setUint32(12, 46 + name.length, true);
  end.setUint32(16, 30 + name.length + body.length, true);
  return new File([...local, ...entry, end], 'a.mxl');
}

async function codeOf(file: File): Promise<string> {
  try {
    await readMusicFile(file);
    return 'none';
  } catch (error) {
    return error instanceof TimbrelError ? error.code : String(error);
  }
}

describe('a dropped score', () => {
  it('is read, with its names', async () => {
    const { notes, instrumentInfos } = await readMusicFile(new File([SCORE], 'a.musicxml'));
    expect(notes.map(({ pitch }) => pitch)).to.deep.equal([67]);
    expect(instrumentInfos?.[0].name).to.equal('Flöte');
  });

  it('is read from a packed file', async () => {
    const { notes } = await readMusicFile(await packed(SCORE));
    expect(notes.map(({ pitch }) => pitch)).to.deep.equal([67]);
  });

  it('that is ABC is read, the first tune of a book', async () => {
    const { notes } = await readMusicFile(new File(['X:1\nK:C\nCE\n\nX:2\nK:C\nG\n'], 'a.abc'));
    expect(notes.map(({ pitch }) => pitch)).to.deep.equal([60, 64]);
  });

  it('that is damaged is one coded error', async () => {
    expect(await codeOf(new File([SCORE.slice(0, -40)], 'a.xml'))).to.equal('MUSIC_XML_INVALID');
    expect(await codeOf(new File([SCORE.replace('</step>', '')], 'a.xml'))).to.equal('MUSIC_XML_INVALID');
    expect(await codeOf(new File(['X:1\nK:C\n[CE'], 'a.abc'))).to.equal('ABC_INVALID');
  });
});
