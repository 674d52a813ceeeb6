// One pad for two models: across it goes between two tunes, down between two beats. Each writes what lies under the point, and both
// play on while it moves.
import './dist/timbrel.js';
import { keepPage } from './keeping.js';
import { buttonsWork, contextAtFirstGesture, setUnlessTouched, spacePlays, stayOnDrop } from './shared.js';

const $ = (id) => document.getElementById(id);
const pad = $('pad');
const tunes = $('tunes');
const beats = $('beats');
const both = [tunes, beats];

// One clock for both.
const context = contextAtFirstGesture((made) => {
  for (const element of [$('lead'), beats]) element.context = made;
});

pad.corners = ['tune A, beat A', 'tune B, beat A', 'tune A, beat B', 'tune B, beat B'];

const say = (text) => ($('message').textContent = text);

function move() {
  tunes.x = pad.x;
  beats.x = pad.y;
}

function setTempo() {
  const tempo = Number($('tempo').value);
  $('bpm').textContent = `${tempo} bpm`;
  for (const element of both) element.tempo = tempo;
}

const showState = () => ($('play').textContent = both.some(({ playing }) => playing) ? 'Stop' : 'Play');

/** Both begin at one moment, a little ahead: each hands its notes over with times. */
async function play() {
  say('');
  $('play').disabled = true;
  const clock = context();
  void clock.resume();
  try {
    await restored;
    await Promise.all([clock.resume(), ...both.map((element) => element.load())]);
    await Promise.all(both.map((element) => element.ready()));
    const at = clock.currentTime + 0.1;
    await Promise.all(both.map((element) => element.play({ at })));
  } catch (error) {
    if (error.code !== 'ABORTED') say(error.message);
  } finally {
    $('play').disabled = false;
    showState();
  }
}

function stop() {
  for (const element of both) element.stop();
}

$('play').addEventListener('click', () => (both.some(({ playing }) => playing) ? stop() : void play()));
$('tempo').addEventListener('input', setTempo);
for (const type of ['morph-input', 'morph-change']) pad.addEventListener(type, move);
for (const element of both) element.addEventListener('sequence-play', showState);

const restored = keepPage('timbrel-morph', {
  own: () => ({ x: pad.x, y: pad.y, tempo: $('tempo').value }),
  restore: ({ x, y, tempo }) => {
    Object.assign(pad, { x, y });
    setUnlessTouched($('tempo'), tempo);
  },
});
buttonsWork();
spacePlays($('play'));
stayOnDrop(() => say('Drop a MIDI file onto a corner of the tunes or the beats.'));
await restored;
setTempo();
move();
