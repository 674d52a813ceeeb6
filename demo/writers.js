// An instrument, an answer, a pianist. All of it is in the elements.
import './dist/timbrel.js';
import { stayOnDrop } from './shared.js';

stayOnDrop(
  () => (document.getElementById('message').textContent = 'Drop a MIDI file onto a roll, or onto the keys.'),
);
