// One transport for the writers: a single player hands every note to whoever plays its lane. It counts in quarters, since lanes may have
// been written in different tempos. The rest are the elements, and the files beside this one.
import { SequencePlayer, TapTempo, WavRecorder } from './dist/timbrel.js';
import { createChords } from './band-chords.js';
import { midiOf, wavOf } from './band-files.js';
import { createMixer } from './band-mixer.js';
import {
  BAR,
  chordSheet,
  chordsOver,
  firstBeat,
  isOwnBeat,
  notesAt,
  pitchesOf,
  quarters,
} from './band-music.js';
import { createTracks } from './band-tracks.js';
import { FIRST_PIECE } from './first-piece.js';
import { keeper } from './keeping.js';
import {
  buttonsWork,
  contextAtFirstGesture,
  download,
  elementsReady,
  fileName,
  isTouched,
  setUnlessTouched,
  spacePlays,
  stayOnDrop,
} from './shared.js';

const $ = (id) => document.getElementById(id);
const lanes = ['melody', 'harmony', 'drums'].map((name) => ({ name, element: $(name) }));
const [melody, harmony, drums] = lanes.map(({ element }) => element);
/** The instrument of a lane; drums have none. It is asked before the elements are defined, too. */
const instrumentOf = ({ element }) => $(element.getAttribute('instrument') ?? '');
const instruments = () => lanes.flatMap((lane) => instrumentOf(lane) ?? []);
const kept = keeper('timbrel-band', () => state());

/** Gain of all. */
const MASTER = 0.9;

const say = (text) => ($('message').textContent = text);

const mixer = createMixer(lanes, () => remember());
let player;
let mix;
const context = contextAtFirstGesture((made) => {
  // One place where the sound comes together.
  mix = new GainNode(made, { gain: MASTER });
  mix.connect(made.destination);
  for (const lane of lanes) connect(lane);
  player = new SequencePlayer(made, ({ program }) => lanes[program].element.target);
  for (const type of ['play', 'stop', 'end']) {
    player.addEventListener(type, () => {
      showState();
      if (!player.playing) follow();
    });
  }
});

/** The sound of a lane goes through its gain: that of its instrument, or of the drum kit. */
function connect(lane) {
  const made = mix.context;
  const sounding = instrumentOf(lane) ?? lane.element;
  Object.assign(sounding, { context: made, destination: mixer.connect(lane, mix) });
}

/** The bars of what is there, and its chords: those that are set count for the next piece. */
let piece = { bars: FIRST_PIECE.bars, chords: FIRST_PIECE.chords };
/** What is written now; Cancel goes back to what was there before. */
let writing;
/** Pieces that a new one took the place of, the last one last. */
const remembered = [];
/** Quarters a minute: the slider shows it to the nearest whole. */
let tempo = FIRST_PIECE.tempo;

const chords = createChords($('chords'), $('picker'), (symbol) => void hear(symbol));
const settings = () => ({ bars: Number($('bars').value), tempo, chords: chords.symbols });
const looped = () => $('loop').getAttribute('aria-pressed') === 'true';

const tracks = createTracks(lanes, { tempo: () => tempo, seek: (quarter) => seek(quarter) });

/** Music that is given to a lane to write from is none that it plays. */
const isWritten = ({ name, element }) => name !== 'piano' || element.sketch.written !== undefined;

/** The elements are defined, and have what was there last. */
let ready = false;

/** All notes, each marked with its lane; and the loop. */
function arrange() {
  if (!ready) return;
  tracks.arrange(piece.bars * BAR);
  if (!player || (writing && !writing.heard)) return;
  player.notes = lanes.flatMap((lane, program) =>
    // It answers a phrase, and plays by itself until it is through.
    lane.element.playing || !isWritten(lane)
      ? []
      : notesAt(lane.element).map((note) => ({ ...note, program })),
  );
  player.open = Boolean(writing);
  player.tempo = tempo / 60;
  player.loop = looped() ? [0, piece.bars * BAR] : undefined;
}

/** What is played in, and what is saved, is in the tempo of the band. */
function setTempo(wanted = tempo) {
  tempo = Math.min(300, Math.max(30, wanted));
  $('tempo').value = String(Math.round(tempo));
  $('bpm').textContent = `${Math.round(tempo)} bpm`;
  for (const { element } of lanes) element.tempo = tempo;
  arrange();
}

/** Failures that the elements say themselves. */
const told = new WeakSet();
for (const type of ['sequence-failure', 'instrument-failure'])
  addEventListener(type, ({ error }) => told.add(error));

/** `work` may reject: that is said, unless an element does, without the code that is for developers. */
const trying = (work) => async (event) => {
  try {
    await work(event);
  } catch (error) {
    if (error.code !== 'ABORTED') say(told.has(error) ? '' : error.message.replace(/ \[[A-Z_]+\]$/, ''));
  }
};

/** The first bar of a lane is there: it can be heard while the next ones are written. */
const hasBar = ({ element }) => element.notes.some(({ startTime }) => startTime * quarters(element) >= BAR);

const laneReady = (lane, work) =>
  new Promise((resolve) => {
    const look = () => hasBar(lane) && resolve();
    lane.element.addEventListener('sequence-change', look);
    const end = () => {
      lane.element.removeEventListener('sequence-change', look);
      resolve();
    };
    work.then(end, end);
  });

/** Each lane writes as much as the piece is long, also when it is told to by itself. */
function fit({ bars, chords }) {
  const { notes, totalTime = 0 } = drums.primer;
  const given = notes.length > 0 ? totalTime * quarters(drums) * 4 : 0;
  drums.steps = Math.max(1, 16 * bars - Math.round(given));
  Object.assign(melody, { chords: (chordsOver(bars, chords) ?? chords).join(' '), steps: 16 * bars });
  harmony.steps = 16 * bars;
}

/** Writes all lanes at once, and plays from their first bars on. */
async function write() {
  const wanted = settings();
  const each = chordsOver(wanted.bars, wanted.chords);
  if (!each)
    throw new Error(
      `There is room for ${4 * wanted.bars} chords in ${wanted.bars} bars, one a beat: take some away.`,
    );
  const before = { piece, sketches: lanes.map(({ element }) => element.sketch) };
  const mine = (writing = { before, heard: false });
  const writers = lanes.slice(0, 3);
  say('Writing …');
  showState();
  try {
    const sheet = await chordSheet({ ...wanted, each });
    if (writing !== mine) return;
    // A beat that the player set or played in stays, in whatever tempo it is.
    if (!isOwnBeat(drums.primer)) drums.primer = firstBeat(tempo);
    melody.clear();
    harmony.primer = sheet;
    fit(wanted);
    const works = writers.map(({ element }) => element.generate());
    const sounding = Promise.all(lanes.map(({ element }) => element.ready()));
    await Promise.all([sounding, ...writers.map((lane, i) => laneReady(lane, works[i]))]);
    if (writing === mine) {
      mine.heard = true;
      piece = { bars: wanted.bars, chords: wanted.chords };
      player.stop();
      arrange();
      start(0);
    }
    await Promise.all(works);
    if (writing === mine) {
      await answer();
      remembered.push(before);
    }
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

function goBack({ piece: earlier, sketches }) {
  writing = undefined;
  piece = earlier;
  for (const [i, { element }] of lanes.entries()) if (sketches[i]) element.sketch = sketches[i];
  fit(piece);
}

/** The piece before the one that is there, with all that was changed in it. */
function undo() {
  if (writing) return cancel();
  const before = remembered.pop();
  if (!before) return;
  stop();
  goBack(before);
  say('The piece before is there again.');
  arrange();
  showState();
  remember();
}

function cancel() {
  const { before } = writing;
  for (const { element } of lanes) element.cancel();
  stop();
  goBack(before);
  say('');
  showState();
}

/** The piano hears the band, and plays to its repetition what would come next. */
async function answer() {
  const piano = lanes.find(({ name }) => name === 'piano')?.element;
  if (!piano) return;
  say('The piano listens …');
  const notes = [melody, harmony].flatMap((element) => notesAt(element, 60 / tempo));
  piano.seconds = (piece.bars * BAR * 60) / tempo;
  piano.primer = { tempos: [{ time: 0, qpm: tempo }], notes, totalTime: piano.seconds };
  await piano.generate();
  say('');
}

/** Adds the lane of a piano, whose network is loaded only now. */
async function addPiano() {
  if ($('piano')) return;
  $('add-piano').hidden = true;
  document.querySelector('.playhead').before($('piano-lane').content.cloneNode(true));
  // Defined when it is on the page, not before.
  await customElements.whenDefined('music-transformer');
  const lane = { name: 'piano', element: $('piano') };
  lanes.push(lane);
  mixer.add(lane);
  mixer.show();
  if (mix) connect(lane);
  listenTo(lane);
  lane.element.tempo = tempo;
  arrange();
}

$('add-piano').addEventListener(
  'click',
  trying(async () => {
    context();
    await restored;
    await addPiano();
    await lanes.at(-1).element.ready();
    if (!writing) await answer();
    remember();
  }),
);

$('write').addEventListener(
  'click',
  trying(async () => {
    context();
    await restored;
    if (writing) cancel();
    await write();
  }),
);

$('undo').addEventListener('click', trying(undo));
addEventListener('keydown', (event) => {
  const [target] = event.composedPath();
  const isWriting = target instanceof Element && target.matches('input:not([type=range]), textarea');
  if (!(event.ctrlKey || event.metaKey) || event.key !== 'z' || event.defaultPrevented || isWriting) return;
  event.preventDefault();
  undo();
});

const sounding = () => player?.playing || lanes.some(({ element }) => element.playing);
/** Until the first bar is written there is nothing to stop, and something to wait for. */
function showState() {
  $('play').textContent = writing && !writing.heard ? 'Cancel' : sounding() ? 'Stop' : 'Play';
  $('band').setAttribute('aria-busy', String(Boolean(writing)));
  $('undo').disabled = !writing && remembered.length === 0;
}

/** @param heard seconds of `performance.now()` at which another clock has this place */
function start(from, heard) {
  if (heard === undefined) player.play({ from, at: context().currentTime + 0.1 });
  else {
    // As soon as can be, and in step from the notes that come next.
    player.play({ from });
    player.align(from, heard);
  }
  follow();
}

function stop() {
  for (const { element } of lanes) element.stop?.();
  player?.stop();
}

/** Plays what is there, or has it written. @param from quarters; default: where it stopped @param heard as of {@link start} */
async function play(from, heard) {
  // In the click itself: browsers start sound in a gesture only.
  void context().resume();
  await restored;
  if (lanes.every(({ element }) => element.notes.length === 0)) return write();
  await Promise.all(lanes.map(({ element }) => element.ready()));
  arrange();
  start(from ?? place(), heard);
}

$('play').addEventListener(
  'click',
  trying(() => {
    if (writing && !writing.heard) return cancel();
    if (sounding()) return stop();
    return play();
  }),
);

/** Quarters: where the music is, or would begin before there was any sound. */
let pointed = 0;
const place = () => player?.position || pointed;

function seek(quarter) {
  pointed = quarter;
  player?.seek(quarter);
  tracks.showPosition(quarter);
}

function follow() {
  pointed = 0;
  tracks.showPosition(player.position);
  if (player.playing) requestAnimationFrame(follow);
}

/** Sounds a chord on what plays the harmony. */
const hear = trying(async (symbol) => {
  void context().resume();
  await elementsReady;
  const [pitches] = await Promise.all([pitchesOf(symbol), harmony.ready()]);
  const { target } = harmony;
  const now = context().currentTime + 0.02;
  for (const pitch of pitches) {
    target.noteOn(pitch, 90, now);
    target.noteOff(pitch, now + 0.9);
  }
});

/** Music was given to a lane: how it goes on is said, once; and what of it is heard, where it is longer than the piece. */
function tellGiven(lane) {
  const { name, element } = lane;
  const bars = Math.ceil((element.duration * quarters(element)) / BAR - 1e-3);
  const isGiven = !element.sketch.written && element.notes.length > 0;
  const onward = `The ${name} has what you gave it: Rewrite goes on from there.`;
  const heard = looped()
    ? `the first ${piece.bars} are repeated; all are heard without Loop.`
    : 'all are heard.';
  const long = `There are ${bars} bars in the ${name} now, and ${piece.bars} in the piece: ${heard}`;
  const words = !isGiven ? '' : bars > piece.bars ? long : onward;
  if (words !== lane.told && (isGiven || $('message').textContent === lane.told)) say(words);
  lane.told = words;
}

function listenTo(lane) {
  const { element } = lane;
  element.addEventListener('sequence-change', ({ complete }) => {
    arrange();
    if (!complete) return;
    if (ready && !writing && isWritten(lane)) tellGiven(lane);
    remember();
  });
  element.addEventListener('sequence-play', () => {
    arrange();
    showState();
  });
  for (const type of ['setting-change', 'morph-change']) instrumentOf(lane)?.addEventListener(type, remember);
}
lanes.forEach(listenTo);

let loopSet = false;
$('loop').addEventListener('click', ({ currentTarget }) => {
  loopSet = true;
  currentTarget.setAttribute('aria-pressed', String(!looped()));
  for (const lane of lanes) if (lane.told) tellGiven(lane);
  arrange();
  remember();
});

const takeTempo = (wanted) => {
  setTempo(wanted);
  remember();
};
$('tempo').addEventListener('input', ({ currentTarget: { value } }) => takeTempo(Number(value)));
const taps = new TapTempo();
$('tap').addEventListener('click', ({ timeStamp }) => {
  const tapped = taps.tap(timeStamp);
  if (tapped) takeTempo(Math.round(tapped));
});
$('clock').addEventListener('midi-clock', (event) => takeTempo(event.tempo));
$('clock').addEventListener(
  'midi-transport',
  trying(({ action, quarter, time }) => {
    if (action === 'stop') return stop();
    if (writing) return undefined;
    // Its song may be longer than this piece.
    return play(looped() ? quarter % (piece.bars * BAR) : quarter, time / 1000);
  }),
);
$('clock').addEventListener('midi-beat', ({ quarter, time }) => player?.align(quarter, time / 1000));

$('bars').addEventListener('change', ({ currentTarget: { value } }) => {
  say(Number(value) === piece.bars ? '' : `A new piece will have ${value} bars.`);
  remember();
});

$('chords').addEventListener('change', async () => {
  say((await chords.check()) ?? 'A new piece follows these chords.');
  remember();
});

$('more').addEventListener('click', ({ currentTarget }) => {
  $('rest').hidden = !$('rest').hidden;
  currentTarget.setAttribute('aria-expanded', String(!$('rest').hidden));
});

const nameOfFile = (ending) => fileName(`band ${piece.chords.join(' ')} ${Math.round(tempo)} bpm`, ending);

$('midi').addEventListener(
  'click',
  trying(async () => download(await midiOf(lanes.filter(isWritten), tempo), nameOfFile('mid'))),
);

$('wav').addEventListener(
  'click',
  trying(async ({ currentTarget: button }) => {
    // The instruments are made in a gesture, as for playing.
    void context().resume();
    await restored;
    button.disabled = true;
    say('Rendering …');
    try {
      await Promise.all(lanes.map(({ element }) => element.ready()));
      download(await wavOf(lanes.filter(isWritten), tempo, mixer.gainOf, MASTER), nameOfFile('wav'));
      say('');
    } finally {
      button.disabled = false;
    }
  }),
);

let recorder;
$('record').addEventListener(
  'click',
  trying(async () => {
    if (recorder) {
      const wav = await recorder.stop();
      recorder = undefined;
      download(wav, nameOfFile('wav'));
    } else {
      await context().resume();
      recorder = await WavRecorder.start(mix);
    }
    $('record').textContent = recorder ? 'End and save' : 'Record';
    $('record').setAttribute('aria-pressed', String(Boolean(recorder)));
  }),
);

/** Settings and music as they are. */
const state = () => ({
  ...settings(),
  piece: piece.bars,
  pieceChords: piece.chords,
  loop: looped(),
  mix: mixer.state(),
  piano: lanes.length > 3,
  sketches: lanes.map(({ element }) => element.sketch),
  keptBars: lanes.map(({ element }) => element.keptBars),
  patches: instruments().map(({ patch }) => patch),
});
function remember() {
  if (ready && !writing) kept.changed();
}

/** What was there last, else the piece that comes with the page. */
async function restore() {
  const before = (await kept.read()) ?? FIRST_PIECE;
  setUnlessTouched($('bars'), String(before.bars));
  setUnlessTouched($('chords'), before.chords.join(' '));
  if (!loopSet) $('loop').setAttribute('aria-pressed', String(before.loop ?? true));
  tempo = isTouched($('tempo')) ? Number($('tempo').value) : before.tempo;
  await elementsReady;
  if (before.piano) await addPiano();
  mixer.restore(before.mix);
  ready = true;
  piece = { bars: before.piece ?? before.bars, chords: before.pieceChords ?? before.chords };
  for (const [i, { element }] of lanes.entries()) {
    element.sketch = before.sketches[i];
    element.keptBars = before.keptBars?.[i] ?? [];
  }
  fit(piece);
  setTempo();
  for (const [i, patch] of (before.patches ?? []).entries())
    void instruments()
      [i].restore(patch)
      .catch(() => {});
}

stayOnDrop(() => say('Drop a MIDI file onto a lane: it goes on from there.'));
// What was kept and cannot be read any more is as if it had not been.
const restored = restore()
  .catch(() => {})
  .then(() => kept.begin());
buttonsWork();
spacePlays($('play'));
