// Compact records of pieces -> NoteSequences, one JSON object a line, in OUT/{train,validation,test}.jsonl: what `timbrel dataset`
// reads.
//
//     node collect.mjs --data DIR --out OUT melodies-cre melodies-openewld hymns-satb:0 songs-lieder:track0
//
// A name is a file NAME.jsonl.gz of DIR, whose index.json says what the columns of its notes are; `:0` keeps only voice 0, `:track0`
// only track 0. The split is that of the file, or with --by-tune that of the tune (tunes.mjs).
//     --only FIELD=VALUE   leaves out the records whose field is another one; records without the field stay
//     --meter 4/4          leaves out the records that are not in this meter from beginning to end
//     --bars N             cuts pieces into parts of N bars: `timbrel dataset` keeps 512 steps of a piece, and drops the rest
//     --one-tempo          counts time in quarters at 120 a minute: a change of tempo is no end of a melody
//     --one-player         all tracks are one instrument's
//     --keys               notes are as long as keys are held: those that the pedal holds are shortened, the pedal is left out
//     --infer-chords       of pieces without chord symbols, from all their notes, as the package does it
//     --played             scores as somebody might play them (playing.mjs); files with `pedal` were played already
//     --seconds N          cuts what was played into parts of N seconds: `timbrel dataset` keeps 512 events of a part
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { keyLengths, phrase } from './playing.mjs';
import { inferChords, quantizeNoteSequence } from '../../dist/music.js';
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

/** Chord symbols that the package hears in the notes; none where a meter changes. */
function inferredChords(whole) {
  try {
    return inferChords(quantizeNoteSequence(whole)).textAnnotations.map(({ time, text, annotationType }) => ({
      time,
      text,
      annotationType,
    }));
  } catch (error) {
    if (error.code) return [];
    throw error;
  }
}

function noteSequence(record, column, drums, keeps, { oneTempo, onePlayer, keys, played, infer }) {
  const tempos = oneTempo ? [[0, 120]] : record.tempos;
  const at = clock(tempos, record.tpq);
  const isScore = played && !record.pedal;
  const pedal = (record.pedal ?? []).map(([down, up]) => [at(down), at(up)]);
  const notes = record.notes.filter(keeps).map((note) => {
    const stream = note[column.track] ?? note[column.voice] ?? 0;
    const track = record.tracks?.[stream];
    return {
      pitch: note[column.pitch],
      velocity: note[column.velocity] ?? VELOCITY,
      startTime: at(note[column.start]),
      endTime: at(note[column.end]),
      ...(isScore ? { start: note[column.start], end: note[column.end] } : {}),
      ...(stream && !onePlayer ? { instrument: stream } : {}),
      ...(track?.program && !onePlayer ? { program: track.program } : {}),
      ...(drums || track?.isDrum ? { isDrum: true } : {}),
    };
  });
  if (keys) keyLengths(notes, pedal);
  if (isScore) {
    phrase(notes, record);
    // One piano plays all staves.
    notes.forEach(
      (note, i) =>
        (notes[i] = {
          pitch: note.pitch,
          velocity: note.velocity,
          startTime: note.startTime,
          endTime: note.endTime,
        }),
    );
    notes.sort((a, b) => a.startTime - b.startTime);
  }
  const chords = record.chords ?? record.chordsInferred ?? [];
  const annotations =
    chords.length === 0 && infer
      ? inferredChords(noteSequence(record, column, drums, () => true, { oneTempo }))
      : chords.map(([tick, text]) => ({ time: at(tick), text, annotationType: CHORD_SYMBOL }));
  return {
    id: record.id,
    ticksPerQuarter: record.tpq,
    tempos: tempos.map(([tick, qpm]) => ({ time: at(tick), qpm })),
    timeSignatures: (record.meters ?? []).map(([tick, numerator, denominator]) => ({
      time: at(tick),
      numerator,
      denominator,
    })),
    keySignatures: (record.keys ?? []).map(([tick, fifths, mode]) => ({
      time: at(tick),
      ...keySignature(fifths, mode),
    })),
    notes,
    totalTime: notes.reduce((end, { endTime }) => Math.max(end, endTime), 0),
    textAnnotations: annotations,
    controlChanges: keys
      ? []
      : pedal.flatMap(([down, up]) => [
          { time: down, controlNumber: SUSTAIN, controlValue: 127 },
          { time: up, controlNumber: SUSTAIN, controlValue: 0 },
        ]),
  };
}

/** `:0` of a name as a filter of notes: a voice, or a track. */
function partOf(word, column) {
  if (word === undefined) return () => true;
  const [, isTrack, number] = word.match(/^(track)?(\d+)$/);
  const index = column[isTrack ?? 'voice'];
  return (note) => note[index] === Number(number);
}

const isInMeter = ({ meters }, meter) =>
  meters.length > 0 && meters.every(([, numerator, denominator]) => `${numerator}/${denominator}` === meter);

/** Parts of so many bars of one meter; a note belongs where it begins, and ends with its part. */
function cutAtBars(record, { start, end }, bars) {
  const { id, tpq, notes, tempos, chords = record.chordsInferred } = record;
  const meters = record.meters?.length > 0 ? record.meters : [[0, 4, 4]];
  // A note that is a little early is on the downbeat that it means.
  const early = tpq / 8;
  const last = notes.reduce((latest, note) => Math.max(latest, note[start]), 0);
  return meters.flatMap(([first, numerator, denominator], i) => {
    const next = meters[i + 1]?.[0] ?? last + 1;
    const length = (bars * tpq * 4 * numerator) / denominator;
    const count = Math.max(0, Math.ceil((next - first) / length));
    return Array.from({ length: count }, (_, part) => {
      const [from, to] = [first + part * length, Math.min(next, first + (part + 1) * length)];
      const within = (tick) => tick >= from - early && tick < to - early;
      const moved = (tick) => Math.max(0, tick - from);
      const inForce = (list) =>
        list.filter(([tick], k) => tick < to && (list[k + 1]?.[0] ?? Infinity) > from);
      return {
        ...record,
        id: `${id}/${i}.${part}`,
        meters: [[0, numerator, denominator]],
        keys: [],
        tempos: inForce(tempos).map(([tick, qpm]) => [moved(tick), qpm]),
        chords: chords && inForce(chords).map(([tick, figure]) => [moved(tick), figure]),
        notes: notes
          .filter((note) => within(note[start]))
          .map((note) => note.with(start, moved(note[start])).with(end, Math.min(to, note[end]) - from))
          .filter((note) => note[end] > note[start]),
      };
    }).filter(({ notes }) => notes.length > 0);
  });
}

/** Parts of so many seconds of what was played, without a meter; a note belongs where it begins, and ends with its part. */
function cutAtSeconds({ id, notes }, seconds) {
  const parts = [];
  for (const note of notes) {
    const part = Math.floor(note.startTime / seconds);
    const startTime = note.startTime - part * seconds;
    const endTime = Math.min(seconds, note.endTime - part * seconds);
    if (endTime > startTime) (parts[part] ??= []).push({ ...note, startTime, endTime });
  }
  return Object.entries(parts).map(([part, notes]) => ({ id: `${id}/${part}`, notes, totalTime: seconds }));
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    'by-tune': { type: 'boolean' },
    only: { type: 'string', multiple: true, default: [] },
    meter: { type: 'string' },
    bars: { type: 'string' },
    'one-tempo': { type: 'boolean' },
    'one-player': { type: 'boolean' },
    keys: { type: 'boolean' },
    'infer-chords': { type: 'boolean' },
    played: { type: 'boolean' },
    seconds: { type: 'string' },
  },
});
if (!values.data || !values.out || positionals.length === 0) {
  console.error('node collect.mjs --data DIR --out OUT [OPTIONS] NAME[:VOICE|:trackTRACK] ...');
  process.exit(2);
}
const wanted = values.only.map((pair) => pair.split('='));
const index = JSON.parse(readFileSync(path.join(values.data, 'index.json'), 'utf8'));
const pieces = positionals.flatMap((positional) => {
  const [name, part] = positional.split(':');
  const entry = index.find(({ file }) => file === `${name}.jsonl.gz`);
  if (!entry) throw new Error(`index.json of ${values.data} has no ${name}.jsonl.gz`);
  const column = Object.fromEntries(entry.noteColumns.map((column, i) => [column, i]));
  const lines = gunzipSync(readFileSync(path.join(values.data, entry.file)))
    .toString()
    .trim()
    .split('\n');
  console.log(`${name}: ${lines.length} pieces. ${entry.attribution}`);
  const records = lines
    .map((line) => JSON.parse(line))
    .filter((record) => wanted.every(([field, value]) => (record[field] ?? value) === value))
    .filter((record) => !values.meter || isInMeter(record, values.meter));
  return records.map((record) => ({
    record,
    column,
    part,
    drums: name.startsWith('drums'),
    keeps: partOf(part, column),
  }));
});
if (values['by-tune']) console.log(`${splitByTune(pieces)} tunes`);
const how = {
  oneTempo: values['one-tempo'],
  onePlayer: values['one-player'],
  keys: values.keys,
  played: values.played,
  infer: values['infer-chords'],
};
mkdirSync(values.out, { recursive: true });
for (const split of ['train', 'validation', 'test']) {
  const file = createWriteStream(path.join(values.out, `${split}.jsonl`));
  for (const { record, column, drums, keeps } of pieces) {
    if (record.split !== split) continue;
    for (const part of values.bars ? cutAtBars(record, column, Number(values.bars)) : [record]) {
      const whole = noteSequence(part, column, drums, keeps, how);
      for (const sequence of values.seconds ? cutAtSeconds(whole, Number(values.seconds)) : [whole]) {
        file.write(`${JSON.stringify(sequence)}\n`);
      }
    }
  }
  file.end();
}
