// One transport for three writers: a single player hands every note to whoever plays its lane. It counts in quarters, since
// lanes may have been written in different tempos. The rest are the elements.
import { SequencePlayer, WavRecorder } from './dist/timbrel.js';
import { parseChordSymbol } from './dist/music.js';

const $ = (id) => document.getElementById(id);
const lanes = ['melody', 'harmony', 'drums'].map((name) => ({ name, element: $(name), muted: false }));
const [melody, harmony, drums] = lanes.map(({ element }) => element);

// One clock for all, and one place where the sound comes together. It starts with the first click.
const context = new AudioContext();
const mix = new GainNode(context, { gain: 0.9 });
mix.connect(context.destination);
for (const element of [$('lead'), $('pads'), drums]) Object.assign(element, { context, destination: mix });

const player = new SequencePlayer(context, ({ program }) => {
  const { element, muted } = lanes[program];
  return muted ? undefined : element.target;
});

const settings = () => ({
  bars: Number($('bars').value),
  tempo: Number($('tempo').value),
  chords: $('chords')
    .value.split(/[\s,|]+/)
    .filter(Boolean),
});

/** Quarters in a second of a lane's sequence. */
const quarters = ({ primer }) => (primer.tempos?.[0]?.qpm ?? 120) / 60;

/** All notes, each marked with its lane; and the loop. */
function arrange() {
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
  const { bars, tempo } = settings();
  player.tempo = tempo / 60;
  player.loop = $('loop').getAttribute('aria-pressed') === 'true' ? [0, bars * 4] : undefined;
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

const say = (text) => ($('message').textContent = text);

/** What `work` rejects with is said; the elements say their own failures too. */
const trying = (work) => async (event) => {
  try {
    await work(event);
  } catch (error) {
    if (error.code !== 'ABORTED') say(error.message);
  }
};

async function write() {
  const { bars, tempo, chords } = settings();
  const sheet = chordSheet(settings());
  say('Writing …');
  // A beat that the player set or played in stays.
  if (drums.primer.notes.length === 0 || drums.primer.totalTime > 480 / tempo)
    drums.primer = firstBeat(tempo);
  const given = Math.round((drums.primer.totalTime * tempo) / 15);
  drums.steps = Math.max(1, 16 * bars - given);
  Object.assign(melody, { chords: chords.join(' '), steps: 16 * bars });
  melody.clear();
  harmony.steps = 16 * bars;
  harmony.primer = sheet;
  for (const { element } of lanes) await element.generate();
  say('');
}

$('write').addEventListener('click', trying(write));

const sounding = () => player.playing || lanes.some(({ element }) => element.playing);
const showState = () => ($('play').textContent = sounding() ? 'Stop' : 'Play');

$('play').addEventListener(
  'click',
  trying(async () => {
    if (sounding()) {
      for (const { element } of lanes) element.stop();
      return player.stop();
    }
    // In the click itself: browsers start sound in a gesture only.
    await Promise.all(lanes.map(({ element }) => element.ready()));
    if (lanes.every(({ element }) => element.notes.length === 0)) await write();
    arrange();
    player.play({ from: player.position, at: context.currentTime + 0.1 });
    follow();
  }),
);

function follow() {
  for (const { element } of lanes)
    if (!element.playing) element.showPosition(player.position / quarters(element));
  if (player.playing) requestAnimationFrame(follow);
}

for (const type of ['play', 'stop', 'end']) {
  player.addEventListener(type, () => {
    showState();
    if (!player.playing) follow();
  });
}

for (const { element } of lanes) {
  element.addEventListener('sequence-change', arrange);
  element.addEventListener('sequence-play', () => {
    arrange();
    showState();
  });
  element.addEventListener('roll-seek', ({ position }) => player.seek(position * quarters(element)));
}

for (const button of document.querySelectorAll('.mute')) {
  button.addEventListener('click', () => {
    const lane = lanes.find(({ name }) => name === button.dataset.lane);
    lane.muted = !lane.muted;
    if (lane.muted) lane.element.target?.allNotesOff();
    button.setAttribute('aria-pressed', String(lane.muted));
  });
}

$('loop').addEventListener('click', ({ currentTarget }) => {
  currentTarget.setAttribute('aria-pressed', String(currentTarget.getAttribute('aria-pressed') !== 'true'));
  arrange();
});

$('tempo').addEventListener('input', setTempo);
// The elements come after the page.
void Promise.all(lanes.map(({ element }) => customElements.whenDefined(element.localName))).then(setTempo);

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
});

let recorder;
$('record').addEventListener(
  'click',
  trying(async () => {
    if (recorder) {
      const wav = await recorder.stop();
      recorder = undefined;
      const link = document.createElement('a');
      link.href = URL.createObjectURL(wav);
      link.download = 'band.wav';
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    } else {
      await context.resume();
      recorder = await WavRecorder.start(mix);
    }
    $('record').textContent = recorder ? 'Save WAV' : 'Record WAV';
    $('record').setAttribute('aria-pressed', String(Boolean(recorder)));
  }),
);
