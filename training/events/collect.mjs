// Compact records of pieces -> NoteSequences, one JSON object a line, in OUT/{train,validation,test}.jsonl: what `timbrel dataset`
// reads.
//
//     node collect.mjs --data DIR --out OUT melodies-cre melodies-openewld hymns-satb:0
//
// A name is a file NAME.jsonl.gz of DIR, whose index.json says what the columns of its notes are; `:0` keeps only voice 0.
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

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

function noteSequence(record, columns, drums, voice) {
  const at = clock(record.tempos, record.tpq);
  const column = Object.fromEntries(columns.map((name, i) => [name, i]));
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
  options: { data: { type: 'string' }, out: { type: 'string' } },
});
if (!values.data || !values.out || positionals.length === 0) {
  console.error('node collect.mjs --data DIR --out OUT NAME[:VOICE] ...');
  process.exit(2);
}
const index = JSON.parse(readFileSync(path.join(values.data, 'index.json'), 'utf8'));
mkdirSync(values.out, { recursive: true });
const files = new Map();
for (const positional of positionals) {
  const [name, voice] = positional.split(':');
  const entry = index.find(({ file }) => file === `${name}.jsonl.gz`);
  if (!entry) throw new Error(`index.json of ${values.data} has no ${name}.jsonl.gz`);
  const lines = gunzipSync(readFileSync(path.join(values.data, entry.file))).toString().trim().split('\n');
  for (const line of lines) {
    const record = JSON.parse(line);
    const sequence = noteSequence(record, entry.noteColumns, name.startsWith('drums'), voice === undefined ? undefined : Number(voice));
    let file = files.get(record.split);
    if (!file) files.set(record.split, (file = createWriteStream(path.join(values.out, `${record.split}.jsonl`))));
    file.write(`${JSON.stringify(sequence)}\n`);
  }
  console.log(`${name}: ${lines.length} pieces. ${entry.attribution}`);
}
