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

document.querySelector('#save').addEventListener('click', () => {
  download(new Blob([JSON.stringify(synth.patch, null, 2)], { type: 'application/json' }), 'patch.json');
});

const file = document.querySelector('#file');
document.querySelector('#open').addEventListener('click', () => file.click());
file.addEventListener('change', async (event) => {
  const [patch] = event.target.files;
  event.target.value = '';
  try {
    synth.restore(JSON.parse(await patch.text()));
    message.textContent = `${patch.name} is open`;
  } catch (error) {
    message.textContent = `${patch.name} is no patch: ${error.message}`;
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
