// An instrument, an answer, a pianist. All of it is in the elements.
import './dist/timbrel.js';
import { keepPage } from './keeping.js';
import { buttonsWork, spacePlaysLast, stayOnDrop } from './shared.js';

void keepPage('timbrel-writers');
buttonsWork();
spacePlaysLast();

stayOnDrop(
  () => (document.getElementById('message').textContent = 'Drop a MIDI file onto a roll, or onto the keys.'),
);
