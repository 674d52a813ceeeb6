// Compact records of pieces -> NoteSequences, one JSON object a line, in OUT/{train,validation,test}.jsonl: what `timbrel dataset`
// reads.
//
//     node collect.mjs --data DIR --out OUT melodies-cre melodies-openewld hymns-satb:0
//
// A name is a file NAME.jsonl.gz of DIR, whose index.json says what the columns of its notes are; `:0` keeps only voice 0. The split
// is that of the file, or with --by-tune that of the tune (tunes.mjs).
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { splitByTune } from './tunes.mjs';

const CHORD_SYMBOL = 1;
const SUSTAIN = 64;
/** Where nobody wrote down how loud. */
const VELOCITY = 80;

/** Seconds at a tick, by the tempos `[tick, quarters per minute]`. */
function clock(tempos, ticksPerQuarter) {
  const marks = [];
  let seconds = 0;
  tempos.forEach(([tick, qpm], i) => {
    if (i > 0) seconds += (tick - tempos[i - 1][0]) * marks[i - 1].perTick;
    marks.push({ tick, seconds, perTick: 60 / qpm / ticksPerQuarter });
  });
  return (tick) => {
    const mark = marks.findLast((m) => m.tick <= tick) ?? marks[0];
    return mark.seconds + (tick - mark.tick) * mark.perTick;
  };
}

/** Fifths (negative: flats) and mode -> note-seq's key (pitch class of the tonic) and mode. */
function keySignature(fifths, mode) {
  const minor = mode === 'minor';
  return { key: (((fifths * 7 + (minor ? 9 : 0)) % 12) + 12) % 12, mode: minor ? 1 : 0 };
}

function noteSequence(record, column, drums, voice) {
  const at = clock(record.tempos, record.tpq);
  const notes = record.notes
    .filter((note) => voice === undefined || note[column.voice] === voice)
    .map((note) => {
      const stream = note[column.track] ?? note[column.voice] ?? 0;
      const track = record.tracks?.[stream];
      return {
        pitch: note[column.pitch],
        velocity: note[column.velocity] ?? VELOCITY,
        startTime: at(note[column.start]),
        endTime: at(note[column.end]),
        ...(stream ? { instrument: stream } : {}),
        ...(track?.program ? { program: track.program } : {}),
        ...(drums || track?.isDrum ? { isDrum: true } : {}),
      };
    });
  const chords = record.chords ?? record.chordsInferred ?? [];
  return {
    id: record.id,
    ticksPerQuarter: record.tpq,
    tempos: record.tempos.map(([tick, qpm]) => ({ time: at(tick), qpm })),
    timeSignatures: (record.meters ?? []).map(([tick, numerator, denominator]) => ({
      time: at(tick),
      numerator,
      denominator,
    })),
    keySignatures: (record.keys ?? []).map(([tick, fifths, mode]) => ({ time: at(tick), ...keySignature(fifths, mode) })),
    notes,
    totalTime: notes.reduce((end, { endTime }) => Math.max(end, endTime), 0),
    textAnnotations: chords.map(([tick, text]) => ({ time: at(tick), text, annotationType: CHORD_SYMBOL })),
    controlChanges: (record.pedal ?? []).flatMap(([down, up]) => [
      { time: at(down), controlNumber: SUSTAIN, controlValue: 127 },
      { time: at(up), controlNumber: SUSTAIN, controlValue: 0 },
    ]),
  };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { data: { type: 'string' }, out: { type: 'string' }, 'by-tune': { type: 'boolean' } },
});
if (!values.data || !values.out || positionals.length === 0) {
  console.error('node collect.mjs --data DIR --out OUT [--by-tune] NAME[:VOICE] ...');
  process.exit(2);
}
const index = JSON.parse(readFileSync(path.join(values.data, 'index.json'), 'utf8'));
const pieces = positionals.flatMap((positional) => {
  const [name, voice] = positional.split(':');
  const entry = index.find(({ file }) => file === `${name}.jsonl.gz`);
  if (!entry) throw new Error(`index.json of ${values.data} has no ${name}.jsonl.gz`);
  const column = Object.fromEntries(entry.noteColumns.map((column, i) => [column, i]));
  const lines = gunzipSync(readFileSync(path.join(values.data, entry.file))).toString().trim().split('\n');
  console.log(`${name}: ${lines.length} pieces. ${entry.attribution}`);
  return lines.map((line) => ({
    record: JSON.parse(line),
    column,
    drums: name.startsWith('drums'),
    voice: voice === undefined ? undefined : Number(voice),
  }));
});
if (values['by-tune']) console.log(`${splitByTune(pieces)} tunes`);
mkdirSync(values.out, { recursive: true });
for (const split of ['train', 'validation', 'test']) {
  const file = createWriteStream(path.join(values.out, `${split}.jsonl`));
  for (const { record, column, drums, voice } of pieces) {
    if (record.split === split) file.write(`${JSON.stringify(noteSequence(record, column, drums, voice))}\n`);
  }
  file.end();
}
