// Keeps what the player set for the next visit. Everything else is the element: sounds, files, recordings, links.
import { buttonsWork, elementsReady, keeper, stayOnDrop } from './shared.js';

const $ = (id) => document.getElementById(id);
const synth = $('synth');
const kept = keeper('timbrel-patch');

$('afresh').addEventListener('click', () => {
  kept.clear();
  // The page as it was made.
  location.replace(location.pathname);
});

const remember = () => kept.keep(() => synth.patch);
for (const type of ['setting-change', 'morph-change']) synth.addEventListener(type, remember);

stayOnDrop(() => ($('message').textContent = 'Drop it onto the instrument.'));

buttonsWork();

const before = kept.read();
await elementsReady;
// An address goes before what was kept here: the instrument opens it.
if (before !== undefined && !location.hash.includes('patch=')) await synth.restore(before).catch(kept.clear);
