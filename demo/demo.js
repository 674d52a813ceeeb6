// Keeps what the player makes: patches as JSON files, the sound as a WAV file. Everything else is the element.
import { WavRecorder } from './dist/timbrel.js';

const synth = document.querySelector('#synth');
const message = document.querySelector('#message');
const record = document.querySelector('#record');
let recorder;

function download(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** What is not JSON is handed on as the text that it is: the instrument says what a patch would be. */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

document.querySelector('#save').addEventListener('click', () => {
  download(new Blob([JSON.stringify(synth.patch, null, 2)], { type: 'application/json' }), 'patch.json');
  message.textContent = 'Saved patch.json';
});

const file = document.querySelector('#file');
document.querySelector('#open').addEventListener('click', () => file.click());
file.addEventListener('change', async (event) => {
  const [patch] = event.target.files;
  event.target.value = '';
  try {
    message.textContent = `Opening ${patch.name}`;
    await synth.restore(parse(await patch.text()));
    message.textContent = `${patch.name} is open`;
  } catch (error) {
    // What the checkpoint of a patch lacks, the instrument itself says too.
    message.textContent = `${patch.name} was not opened: ${error.message}`;
  }
});

record.addEventListener('click', async () => {
  try {
    if (recorder) {
      const wav = await recorder.stop();
      recorder = undefined;
      download(wav, 'timbrel.wav');
    } else {
      await synth.start();
      recorder = await WavRecorder.start(synth.instrument.output);
    }
    message.textContent = recorder ? 'Recording' : 'Saved timbrel.wav';
    record.textContent = recorder ? 'Stop' : 'Record WAV';
    record.setAttribute('aria-pressed', String(Boolean(recorder)));
  } catch (error) {
    message.textContent = error.message;
  }
});

// Files dropped beside the instrument would make the browser leave the page; they are meant for it.
for (const type of ['dragover', 'drop']) addEventListener(type, (event) => event.preventDefault());
