// One pad for two models: across it goes between two tunes, down between two beats. Each writes what lies under the point, and both
// play on while it moves.
import './dist/timbrel.js';

const $ = (id) => document.getElementById(id);
const pad = $('pad');
const tunes = $('tunes');
const beats = $('beats');
const both = [tunes, beats];

// One clock for both. It starts with the first press.
const context = new AudioContext();
for (const element of [$('lead'), beats]) element.context = context;

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
  try {
    // The elements may still be on their way.
    await Promise.all(['music-vae', 'gansynth-instrument'].map((tag) => customElements.whenDefined(tag)));
    await Promise.all([context.resume(), ...both.map((element) => element.load())]);
    await Promise.all(both.map((element) => element.ready()));
    const at = context.currentTime + 0.1;
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

await customElements.whenDefined('music-vae');
await customElements.whenDefined('morph-pad');
setTempo();
move();
