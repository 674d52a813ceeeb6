// Keeps what the player set for the next visit. Everything else is the element: sounds, files, recordings, links.
import { keepPage } from './keeping.js';
import { buttonsWork, stayOnDrop } from './shared.js';

void keepPage('timbrel-index');
stayOnDrop(() => (document.getElementById('message').textContent = 'Drop it onto the instrument.'));
buttonsWork();
