// One transport for three writers: a single player hands every note to whoever plays its lane. It counts in quarters, since
// lanes may have been written in different tempos. The rest are the elements.
import { SequencePlayer, WavRecorder } from './dist/timbrel.js';
import { parseChordSymbol } from './dist/music.js';
import { FIRST_PIECE } from './first-piece.js';
import {
  buttonsWork,
  contextAtFirstGesture,
  download,
  elementsReady,
  fileName,
  keeper,
  stayOnDrop,
} from './shared.js';

const $ = (id) => document.getElementById(id);
const lanes = ['melody', 'harmony', 'drums'].map((name) => ({ name, element: $(name), muted: false }));
const [melody, harmony, drums] = lanes.map(({ element }) => element);
const instruments = ['lead', 'pads'].map($);
const kept = keeper('timbrel-band');

/** Quarters of a bar. */
const BAR = 4;

/** Quarters a minute of what is given. */
const qpmOf = ({ tempos }) => tempos?.[0]?.qpm ?? 120;

const say = (text) => ($('message').textContent = text);

let player;
let mix;
const context = contextAtFirstGesture((made) => {
  // One place where the sound comes together.
  mix = new GainNode(made, { gain: 0.9 });
  mix.connect(made.destination);
  for (const element of [...instruments, drums]) Object.assign(element, { context: made, destination: mix });
  player = new SequencePlayer(made, ({ program }) => {
    const { element, muted } = lanes[program];
    return muted ? undefined : element.target;
  });
  for (const type of ['play', 'stop', 'end']) {
    player.addEventListener(type, () => {
      showState();
      if (!player.playing) follow();
    });
  }
});

/** The bars of what is there: those that are set count for the next piece. */
let bars = FIRST_PIECE.bars;
/** What is written now; Cancel goes back to what was there before. */
let writing;

const settings = () => ({
  bars: Number($('bars').value),
  tempo: Number($('tempo').value),
  chords: $('chords')
    .value.split(/[\s,|]+/)
    .filter(Boolean),
});
const looped = () => $('loop').getAttribute('aria-pressed') === 'true';

/** Quarters in a second of a lane's sequence. */
const quarters = ({ primer }) => qpmOf(primer) / 60;

/** All notes, each marked with its lane; and the loop. */
function arrange() {
  if (!player || (writing && !writing.heard)) return;
  player.notes = lanes.flatMap(({ element }, lane) => {
    // It answers a phrase, and plays by itself until it is through.
    if (element.playing) return [];
    const rate = quarters(element);
    return element.notes.map((note) => ({
      ...note,
      startTime: note.startTime * rate,
      endTime: note.endTime * rate,
      program: lane,
    }));
  });
  player.open = Boolean(writing);
  player.tempo = settings().tempo / 60;
  player.loop = looped() ? [0, bars * BAR] : undefined;
}

/** What is played in, and what is saved, is in the tempo of the band. */
function setTempo() {
  const { tempo } = settings();
  $('bpm').textContent = `${tempo} bpm`;
  for (const { element } of lanes) element.tempo = tempo;
  arrange();
}

/** A chord about middle C, struck every half bar. No bass: a voice below is for the network to find. */
function voicing(symbol, start, end, half) {
  const pitches = new Set(parseChordSymbol(symbol).pitches.map((pitch) => 60 + pitch));
  const strokes = Array.from(
    { length: Math.max(1, Math.round((end - start) / half)) },
    (_, i) => start + i * half,
  );
  return strokes.flatMap((startTime) =>
    [...pitches].map((pitch) => ({
      pitch,
      velocity: 80,
      startTime,
      endTime: Math.min(end, startTime + half),
    })),
  );
}

function chordSheet({ chords, bars, tempo }) {
  const totalTime = (bars * 240) / tempo;
  const length = totalTime / chords.length;
  const notes = chords.flatMap((symbol, i) =>
    symbol === 'N.C.' ? [] : voicing(symbol, i * length, (i + 1) * length, 120 / tempo),
  );
  return { tempos: [{ time: 0, qpm: tempo }], notes, totalTime };
}

function firstBeat(tempo) {
  const step = 15 / tempo;
  const stroke = (pitch) => (at) => ({
    pitch,
    velocity: 100,
    isDrum: true,
    startTime: at * step,
    endTime: (at + 1) * step,
  });
  const notes = [
    ...[0, 8, 10].map(stroke(36)),
    ...[4, 12].map(stroke(38)),
    ...[0, 2, 4, 6, 8, 10, 12, 14].map(stroke(42)),
  ];
  return { tempos: [{ time: 0, qpm: tempo }], notes, totalTime: 16 * step };
}

/** Tells whether the player made it: it is neither empty, nor longer than two bars, nor the one that is there anyway. */
function isOwnBeat(primer) {
  const { notes, totalTime = 0 } = primer;
  const qpm = qpmOf(primer);
  if (notes.length === 0 || (totalTime * qpm) / 480 > 1.01) return false;
  const strokes = (beat) =>
    beat.notes.map(({ pitch, startTime = 0 }) => `${pitch} ${Math.round((startTime * qpm) / 15)}`).sort();
  return strokes(primer).join() !== strokes(firstBeat(qpm)).join();
}

/** What `work` rejects with is said; the elements say their own failures too. */
const trying = (work) => async (event) => {
  try {
    await work(event);
  } catch (error) {
    if (error.code !== 'ABORTED') say(error.message);
  }
};

/** The first bar of a lane is there: it can be heard while the next ones are written. */
const hasBar = ({ element }) => element.notes.some(({ startTime }) => startTime * quarters(element) >= BAR);

const laneReady = (lane, work) =>
  new Promise((resolve) => {
    const look = () => hasBar(lane) && resolve();
    lane.element.addEventListener('sequence-change', look);
    void work.finally(() => {
      lane.element.removeEventListener('sequence-change', look);
      resolve();
    });
  });

/** Writes all lanes at once, and plays from their first bars on. */
async function write() {
  const wanted = settings();
  const { tempo, chords } = wanted;
  const before = { bars, sketches: lanes.map(({ element }) => element.sketch) };
  const mine = (writing = { before, heard: false });
  say('Writing …');
  showState();
  try {
    // A beat that the player set or played in stays, in whatever tempo it is.
    if (!isOwnBeat(drums.primer)) drums.primer = firstBeat(tempo);
    const given = Math.round((drums.primer.totalTime * qpmOf(drums.primer)) / 15);
    drums.steps = Math.max(1, 16 * wanted.bars - given);
    Object.assign(melody, { chords: chords.join(' '), steps: 16 * wanted.bars });
    melody.clear();
    harmony.steps = 16 * wanted.bars;
    harmony.primer = chordSheet(wanted);
    const works = lanes.map(({ element }) => element.generate());
    const sounding = Promise.all(lanes.map(({ element }) => element.ready()));
    await Promise.all([sounding, ...lanes.map((lane, i) => laneReady(lane, works[i]))]);
    if (writing === mine) {
      mine.heard = true;
      bars = wanted.bars;
      player.stop();
      arrange();
      start(0);
    }
    await Promise.all(works);
    say('');
  } catch (error) {
    for (const { element } of lanes) element.cancel();
    if (writing === mine) goBack(before);
    throw error;
  } finally {
    if (writing === mine) writing = undefined;
    arrange();
    showState();
    remember();
  }
}

function goBack({ bars: earlier, sketches }) {
  writing = undefined;
  bars = earlier;
  for (const [i, { element }] of lanes.entries()) element.sketch = sketches[i];
}

function cancel() {
  const { before } = writing;
  for (const { element } of lanes) element.cancel();
  stop();
  goBack(before);
  say('');
  showState();
}

const newPiece = trying(async () => {
  context();
  await elementsReady;
  if (writing) cancel();
  await write();
});
$('write').addEventListener('click', newPiece);

const sounding = () => player?.playing || lanes.some(({ element }) => element.playing);
/** Until the first bar is written there is nothing to stop, and something to wait for. */
function showState() {
  $('play').textContent = writing && !writing.heard ? 'Cancel' : sounding() ? 'Stop' : 'Play';
  $('band').setAttribute('aria-busy', String(Boolean(writing)));
}

function start(from) {
  player.play({ from, at: context().currentTime + 0.1 });
  follow();
}

function stop() {
  for (const { element } of lanes) element.stop?.();
  player?.stop();
}

$('play').addEventListener(
  'click',
  trying(async () => {
    if (writing && !writing.heard) return cancel();
    if (sounding()) return stop();
    // In the click itself: browsers start sound in a gesture only.
    void context().resume();
    await elementsReady;
    await restored;
    if (lanes.every(({ element }) => element.notes.length === 0)) return write();
    await Promise.all(lanes.map(({ element }) => element.ready()));
    arrange();
    start(player.position);
  }),
);

function follow() {
  for (const { element } of lanes)
    if (!element.playing) element.showPosition(player.position / quarters(element));
  if (player.playing) requestAnimationFrame(follow);
}

for (const { element } of lanes) {
  element.addEventListener('sequence-change', ({ complete }) => {
    arrange();
    if (complete) remember();
  });
  element.addEventListener('sequence-play', () => {
    arrange();
    showState();
  });
  element.addEventListener('roll-seek', ({ position }) => player?.seek(position * quarters(element)));
}

for (const button of document.querySelectorAll('.mute')) {
  button.addEventListener('click', () => {
    const lane = lanes.find(({ name }) => name === button.dataset.lane);
    lane.muted = !lane.muted;
    if (lane.muted) lane.element.target?.allNotesOff();
    button.setAttribute('aria-pressed', String(lane.muted));
    remember();
  });
}

$('loop').addEventListener('click', ({ currentTarget }) => {
  currentTarget.setAttribute('aria-pressed', String(!looped()));
  arrange();
  remember();
});

$('tempo').addEventListener('input', () => {
  setTempo();
  remember();
});

$('bars').addEventListener('change', ({ currentTarget: { value } }) => {
  say(Number(value) === bars ? '' : `A new piece will have ${value} bars.`);
  remember();
});

$('chords').addEventListener('change', ({ currentTarget }) => {
  let unknown;
  for (const symbol of settings().chords) {
    try {
      if (symbol !== 'N.C.') parseChordSymbol(symbol);
    } catch {
      unknown ??= symbol;
    }
  }
  currentTarget.setAttribute('aria-invalid', String(unknown !== undefined));
  say(
    unknown === undefined
      ? 'A new piece follows these chords.'
      : `${unknown} is no chord symbol that I know.`,
  );
  remember();
});

let recorder;
$('record').addEventListener(
  'click',
  trying(async () => {
    if (recorder) {
      const wav = await recorder.stop();
      recorder = undefined;
      download(wav, fileName(`band ${$('chords').value} ${settings().tempo} bpm`, 'wav'));
    } else {
      await context().resume();
      recorder = await WavRecorder.start(mix);
    }
    $('record').textContent = recorder ? 'Save WAV' : 'Record WAV';
    $('record').setAttribute('aria-pressed', String(Boolean(recorder)));
  }),
);

/** Settings and music as they are. */
const state = () => ({
  ...settings(),
  piece: bars,
  loop: looped(),
  muted: lanes.filter(({ muted }) => muted).map(({ name }) => name),
  sketches: lanes.map(({ element }) => element.sketch),
  patches: instruments.map(({ patch }) => patch),
});
function remember() {
  if (!writing) kept.keep(state);
}
for (const instrument of instruments)
  for (const type of ['setting-change', 'morph-change']) instrument.addEventListener(type, remember);

$('afresh').addEventListener('click', () => {
  kept.clear();
  location.reload();
});

function showSettings({ bars: wanted, tempo, chords, loop = true, muted = [] }) {
  $('bars').value = String(wanted);
  $('tempo').value = String(tempo);
  $('chords').value = chords.join(' ');
  $('loop').setAttribute('aria-pressed', String(loop));
  for (const lane of lanes) {
    lane.muted = muted.includes(lane.name);
    document.querySelector(`.mute[data-lane=${lane.name}]`).setAttribute('aria-pressed', String(lane.muted));
  }
}

/** What was there last, else the piece that comes with the page. */
async function restore() {
  const before = kept.read() ?? FIRST_PIECE;
  const touched = () => Boolean(writing);
  showSettings(before);
  await elementsReady;
  if (touched()) return;
  bars = before.piece ?? before.bars;
  for (const [i, { element }] of lanes.entries()) element.sketch = before.sketches[i];
  setTempo();
  for (const [i, patch] of (before.patches ?? []).entries())
    void instruments[i].restore(patch).catch(() => {});
}

stayOnDrop(() => say('Drop a MIDI file onto a lane: it goes on from there.'));
const restored = restore().catch(() => {
  // What was kept cannot be read any more.
  kept.clear();
});
buttonsWork();
