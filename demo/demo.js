// Keeps what the player makes: patches as JSON files and addresses, the sound as a WAV file. Everything else is the element.
import { WavRecorder } from './dist/timbrel.js';
import {
  buttonsWork,
  download,
  elementsReady,
  fileName,
  keeper,
  patchAddress,
  patchOfAddress,
  stayOnDrop,
} from './shared.js';

const $ = (id) => document.getElementById(id);
const synth = $('synth');
const say = (text) => ($('message').textContent = text);
const kept = keeper('timbrel-patch');
let recorder;

/** What is not JSON is handed on as the text that it is: the instrument says what a patch would be. */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Buttons can be pressed before the elements are there. What fails is said. */
const on = (id, act) =>
  $(id).addEventListener('click', async () => {
    await elementsReady;
    try {
      await act();
    } catch (error) {
      say(error.message);
    }
  });

/** The sound is named after its corners. */
const soundName = () =>
  synth.patch.corners.map(({ name, seed }) => name ?? (seed ? `random ${seed}` : 'drawn')).join(' ');

on('save', () => {
  const name = fileName(soundName(), 'json');
  download(new Blob([JSON.stringify(synth.patch, null, 2)], { type: 'application/json' }), name);
  say(`Saved ${name}`);
});

$('open').addEventListener('click', () => $('file').click());
$('file').addEventListener('change', async (event) => {
  const [patch] = event.target.files;
  event.target.value = '';
  await elementsReady;
  try {
    say(`Opening ${patch.name}`);
    await synth.restore(parse(await patch.text()));
    say(`${patch.name} is open`);
    remember();
  } catch (error) {
    // What the checkpoint of a patch lacks, the instrument itself says too.
    say(`${patch.name} was not opened: ${error.message}`);
  }
});

on('record', async () => {
  if (recorder) {
    const wav = await recorder.stop();
    recorder = undefined;
    const name = fileName(soundName(), 'wav');
    download(wav, name);
    say(`Saved ${name}`);
  } else {
    await synth.start();
    recorder = await WavRecorder.start(synth.instrument.output);
    say('Recording');
  }
  $('record').textContent = recorder ? 'Stop' : 'Record WAV';
  $('record').setAttribute('aria-pressed', String(Boolean(recorder)));
});

on('link', async () => {
  history.replaceState(null, '', patchAddress(synth.patch));
  await navigator.clipboard?.writeText(location.href).catch(() => {});
  say('This sound is in the address of the page now: copy it, send it, keep it.');
});

on('afresh', () => {
  kept.clear();
  // The page as it was made.
  location.replace(location.pathname);
});

const remember = () => kept.keep(() => synth.patch);
for (const type of ['setting-change', 'morph-change']) synth.addEventListener(type, remember);

stayOnDrop(() => say('Drop it onto the instrument.'));

buttonsWork();

// An address goes before what was kept here.
const sent = patchOfAddress(location.hash);
const before = sent ?? kept.read();
await elementsReady;
if (before !== undefined) {
  try {
    await synth.restore(before);
  } catch (error) {
    if (sent !== undefined) say(`The sound of this address was not opened: ${error.message}`);
    else kept.clear();
  }
}
