// One button for music without an end: the element writes and plays, this page says how wild, and how long it has been.
import './dist/timbrel.js';
import { keepPage } from './keeping.js';
import { buttonsWork, elementsReady, setUnlessTouched, spacePlays, stayOnDrop } from './shared.js';

const $ = (id) => document.getElementById(id);
const writer = $('writer');

const say = (text) => ($('message').textContent = text);
const minutes = (seconds) =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

/** Goes on from all that is there. Music that is stopped while it is written rejects: that is no failure. */
async function listen() {
  say('');
  await restored;
  try {
    await (writer.notes.length > 0 ? writer.goOn() : writer.generate());
  } catch (error) {
    if (error.code !== 'ABORTED') say(error.message);
  }
}

$('play').addEventListener('click', () => (writer.playing ? writer.stop() : void listen()));
$('anew').addEventListener('click', async () => {
  await restored;
  writer.stop();
  writer.clear();
  void listen();
});
$('temperature').addEventListener('input', ({ target }) => (writer.temperature = Number(target.value)));
writer.addEventListener(
  'sequence-play',
  ({ playing }) => ($('play').textContent = playing ? 'Stop' : 'Play'),
);

// The element keeps it with the piece: this page has no other.
const restored = keepPage('timbrel-transformer').then(() =>
  setUnlessTouched($('temperature'), String(writer.temperature)),
);
buttonsWork();
spacePlays($('play'));
stayOnDrop(() => say('Drop a MIDI file onto the roll: it goes on from there.'));
await elementsReady;
setInterval(() => ($('time').textContent = writer.playing ? minutes(writer.position) : ''), 250);
