// What a melody-conditioned checkpoint is worth on held-out pieces, through the package's own inference, beside simple rules.
//
//     python3 melodies.py --melodies PIECES --split test --out PAIRS.jsonl
//     node accompaniment.mjs --checkpoint FOLDER --pairs PAIRS.jsonl [--most 20] [--written 10] --out REPORT.json
//
// Nats an event of what stands there, with its melody, with that of another piece, and with silence for one; and what is heard, of each
// beat, of what is written and of the rules:
//   agreement   of pitch classes with those of the piece there, without the melody (F1: 1 is the same, 0 nothing in common)
//   kept        melody notes that are played, at most 0.1 s early or late
//   inOrder     the same, whenever they are played: the longest row of the melody's pitches among those of the louder notes
//   outside     pitch classes of the accompaniment outside of the scale that fits the piece best
//   silent      beats without any
// `timely` is what is written, moved to where the melody has its notes: what is left when it does not keep time with it.
// The rules: hold the chord of the beat before, as the piece has it (which no accompanist can know); hold the piece's first chord;
// take the triad of the key, told by a profile of the melody, that has most of the melody of the beat.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { melodyTokens, performanceTokens } from '../../dist/music.js';
import { MusicTransformer } from '../../dist/music-transformer.js';

/** As melodies.py plays them: the melody louder than the rest. */
const LOUD = 88;
const NEAR = 0.1;
/** Between the two degrees of loudness. */
const LOUDER = 80;
/** Of a beat, for a pitch class to be part of its chord. */
const SHARE = 0.25;
const MAJOR_SCALE = [0, 2, 4, 5, 7, 9, 11];
/** Krumhansl and Kessler's profiles. */
const PROFILES = [
  [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
  [6.33, 2.68, 3.52, 5.38, 2.6, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
];
const SCALES = [MAJOR_SCALE, [0, 2, 3, 5, 7, 8, 11]];
/** Steps of the scale that triads stand on, the likelier first. */
const DEGREES = [0, 4, 3, 1, 5, 2, 6];

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const argmax = (values) => values.indexOf(Math.max(...values));
const rotated = (classes, by) => classes.map((pitch) => (pitch + by) % 12);

/** [12] seconds of each pitch class between two times. */
function weights(notes, from, to) {
  const sums = new Array(12).fill(0);
  for (const { pitch, startTime, endTime } of notes)
    sums[pitch % 12] += Math.max(0, Math.min(to, endTime) - Math.max(from, startTime));
  return sums;
}

const chordOf = (notes, [from, to]) =>
  new Set(
    [...weights(notes, from, to).keys()].filter(
      (pitch) => weights(notes, from, to)[pitch] >= SHARE * (to - from),
    ),
  );

const outsideOf = (scale) => (chord) => [...chord].filter((pitch) => !scale.includes(pitch)).length;

function bestScale(notes, end) {
  const sums = weights(notes, 0, end);
  const covered = Array.from({ length: 12 }, (_, root) =>
    rotated(MAJOR_SCALE, root).reduce((sum, pitch) => sum + sums[pitch], 0),
  );
  return rotated(MAJOR_SCALE, argmax(covered));
}

/** The triad of the melody's key for each beat. */
function byKeyProfile(melody, beats, end) {
  const sums = weights(melody, 0, end);
  const average = mean(sums);
  const fits = PROFILES.flatMap((profile) => {
    const centre = mean(profile);
    const size = Math.hypot(...profile.map((value) => value - centre));
    return Array.from({ length: 12 }, (_, root) =>
      profile.reduce(
        (sum, value, i) => sum + ((value - centre) / size) * (sums[(root + i) % 12] - average),
        0,
      ),
    );
  });
  const [mode, root] = [Math.floor(argmax(fits) / 12), argmax(fits) % 12];
  const scale = rotated(SCALES[mode], root);
  const triads = DEGREES.map((degree) => [0, 2, 4].map((third) => scale[(degree + third) % 7]));
  return beats.map(([from, to]) => {
    const own = weights(melody, from, to);
    return new Set(triads[argmax(triads.map((triad) => triad.reduce((sum, pitch) => sum + own[pitch], 0)))]);
  });
}

function agreement(chord, truth) {
  const common = [...chord].filter((pitch) => truth.has(pitch)).length;
  return (2 * common) / (chord.size + truth.size);
}

/** Melody notes that are played, and all that is played beside them. */
function partedBy(melody, notes) {
  const rest = new Set(notes);
  const kept = melody.filter(({ pitch, startTime }) => {
    const played = [...rest].find(
      (note) => note.pitch === pitch && Math.abs(note.startTime - startTime) <= NEAR,
    );
    return rest.delete(played);
  });
  return { kept: kept.length / melody.length, rest: [...rest] };
}

/** The longest sequence of notes that both have, by pitch, one behind the other: pairs of them. */
function common(a, b) {
  const lengths = Array.from({ length: a.length + 1 }, () => new Array(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i][j] =
        a[i].pitch === b[j].pitch
          ? lengths[i + 1][j + 1] + 1
          : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
  const pairs = [];
  for (let [i, j] = [0, 0]; i < a.length && j < b.length;)
    if (a[i].pitch === b[j].pitch) pairs.push([a[i++], b[j++]]);
    else if (lengths[i + 1][j] >= lengths[i][j + 1]) i++;
    else j++;
  return pairs;
}

/** Notes whose times are those that the melody has where they have the melody, and in proportion between. */
function inTime(notes, pairs) {
  const marks = [{ from: 0, to: 0 }];
  for (const [{ startTime: to }, { startTime: from }] of pairs)
    if (from > marks.at(-1).from && to > marks.at(-1).to) marks.push({ from, to });
  const moved = (time) => {
    const k = Math.max(
      0,
      marks.findLastIndex(({ from }) => from <= time),
    );
    const [mark, next] = [marks[k], marks[k + 1]];
    const rate = next ? (next.to - mark.to) / (next.from - mark.from) : 1;
    return mark.to + (time - mark.from) * rate;
  };
  return notes.map((note) => ({ ...note, startTime: moved(note.startTime), endTime: moved(note.endTime) }));
}

function judged(chords, truth, scale) {
  const heard = chords.filter((chord) => chord.size > 0);
  const sizes = heard.reduce((sum, { size }) => sum + size, 0);
  return {
    agreement: mean(truth.flatMap((chord, i) => (chord.size > 0 ? [agreement(chords[i], chord)] : []))),
    outside: heard.reduce((sum, chord) => sum + outsideOf(scale)(chord), 0) / Math.max(1, sizes),
    silent: 1 - heard.length / Math.max(1, chords.length),
  };
}

const { values } = parseArgs({
  options: {
    checkpoint: { type: 'string' },
    pairs: { type: 'string' },
    out: { type: 'string' },
    most: { type: 'string', default: '20' },
    written: { type: 'string', default: '10' },
    temperature: { type: 'string', default: '1' },
    'top-p': { type: 'string', default: '1' },
  },
});
if (!values.checkpoint || !values.pairs || !values.out) {
  console.error(
    'node accompaniment.mjs --checkpoint FOLDER --pairs PAIRS.jsonl --out REPORT.json [--most 20] [--written 10]',
  );
  process.exit(2);
}
const all = readFileSync(values.pairs, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
const kinds = [...new Set(all.map(({ kind }) => kind))].map((kind) => [
  kind,
  all.filter((pair) => pair.kind === kind),
]);
const model = await MusicTransformer.load(path.resolve(values.checkpoint));
const options = { temperature: Number(values.temperature), topP: Number(values['top-p']) };
const report = { parameters: model.description.parameterCount, sampling: options, kinds: {} };
const sum = (numbers) => numbers.reduce((total, value) => total + value, 0);

for (const [kind, pairs] of kinds) {
  const spread = Math.max(1, pairs.length / Number(values.most));
  const chosen = pairs.filter((_, i) => Math.floor(i / spread) !== Math.floor((i - 1) / spread));
  const nats = { events: 0, melody: 0, wrong: 0, silence: 0 };
  const heard = { written: [], timely: [], before: [], first: [], profile: [], pieces: [] };
  for (const [i, { melody, whole, beats: at }] of chosen.entries()) {
    const tokens = performanceTokens(whole);
    const own = melodyTokens(melody, { extend: true });
    const wrong = melodyTokens(chosen[(i + 1) % chosen.length].melody, { extend: true });
    const silence = own.map(() => 2);
    nats.events += tokens.length - 1;
    for (const [name, ids] of Object.entries({ melody: own, wrong, silence }))
      nats[name] -= sum([...(await model.tokenLogProbabilities(tokens, { melody: ids }))].slice(1));
    if (i % Math.max(1, Math.round(chosen.length / Number(values.written))) !== 0) continue;
    const end = whole.totalTime;
    const beats = at
      .map((from, beat) => [from, at[beat + 1] ?? end])
      .filter(([from, to]) => to - from > 0.05);
    const others = whole.notes.filter(({ velocity }) => velocity !== LOUD);
    const truth = beats.map((beat) => chordOf(others, beat));
    const scale = bestScale(whole.notes, end);
    const { notes } = await model.accompany(melody, { seconds: end, seed: i, ...options });
    const { kept, rest } = partedBy(melody.notes, notes);
    const chords = beats.map((beat) => chordOf(rest, beat));
    const louder = notes.filter(({ velocity }) => velocity >= LOUDER);
    const shared = common(melody.notes, louder);
    const inOrder = shared.length / melody.notes.length;
    const timely = partedBy(melody.notes, inTime(notes, shared));
    const timelyChords = beats.map((beat) => chordOf(timely.rest, beat));
    heard.timely.push({ ...judged(timelyChords, truth, scale), kept: timely.kept });
    const ratio = notes.length / whole.notes.length;
    heard.written.push({ ...judged(chords, truth, scale), kept, inOrder, notes: ratio });
    const first = truth.find(({ size }) => size > 0) ?? new Set();
    heard.before.push(
      judged(
        truth.map((_, beat) => truth[beat - 1] ?? new Set()),
        truth,
        scale,
      ),
    );
    heard.first.push(
      judged(
        truth.map(() => first),
        truth,
        scale,
      ),
    );
    heard.profile.push(judged(byKeyProfile(melody.notes, beats, end), truth, scale));
    heard.pieces.push(judged(truth, truth, scale));
  }
  const { events, ...totals } = nats;
  const averages = (list) =>
    Object.fromEntries(
      Object.keys(list[0] ?? {}).map((name) => [name, Number(mean(list.map((one) => one[name])).toFixed(3))]),
    );
  report.kinds[kind] = {
    parts: chosen.length,
    events,
    nats: Object.fromEntries(
      Object.entries(totals).map(([name, total]) => [name, Number((total / events).toFixed(3))]),
    ),
    written: heard.written.length,
    heard: Object.fromEntries(Object.entries(heard).map(([name, list]) => [name, averages(list)])),
  };
  console.log(kind, JSON.stringify(report.kinds[kind], undefined, 1));
}
model.dispose();
mkdirSync(path.dirname(path.resolve(values.out)), { recursive: true });
writeFileSync(values.out, `${JSON.stringify(report, undefined, 2)}\n`);
