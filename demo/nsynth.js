// Sounds to try, patches and recordings. That sounds can be dropped, recorded and played is the element's doing.
import { WavRecorder } from './dist/timbrel.js';
import { EXAMPLES } from './examples.js';
import { download, stayOnDrop } from './shared.js';

const $ = (id) => document.getElementById(id);
const synth = $('synth');
const say = (text) => ($('message').textContent = text);
let recorder;

/** The corner that the point on the pad is nearest to: what is put there is heard. */
const nearest = () => Number(synth.x >= 0.5) + 2 * Number(synth.y >= 0.5);

for (const button of document.querySelectorAll('[data-example]')) {
  button.addEventListener('click', async () => {
    try {
      const sound = await EXAMPLES[button.dataset.example]();
      await synth.putSound(nearest(), sound, { name: button.textContent.replace(/^A /, '') });
      say('Press a key');
    } catch (error) {
      if (error.code !== 'ABORTED') say(error.message);
    }
  });
}

$('save').addEventListener('click', () => {
  download(new Blob([JSON.stringify(synth.patch)], { type: 'application/json' }), 'sounds.json');
  say('Saved sounds.json');
});

$('open').addEventListener('click', () => $('file').click());
$('file').addEventListener('change', async ({ target }) => {
  const [patch] = target.files;
  target.value = '';
  try {
    const text = await patch.text();
    let content = text;
    try {
      content = JSON.parse(text);
    } catch {
      // The instrument says what a patch would be.
    }
    await synth.restore(content);
    say(`${patch.name} is open`);
  } catch (error) {
    say(`${patch.name} was not opened: ${error.message}`);
  }
});

$('record').addEventListener('click', async () => {
  try {
    if (recorder) {
      const wav = await recorder.stop();
      recorder = undefined;
      download(wav, 'nsynth.wav');
    } else {
      await synth.start();
      recorder = await WavRecorder.start(synth.instrument.output);
    }
    say(recorder ? 'Recording' : 'Saved nsynth.wav');
    $('record').textContent = recorder ? 'Stop' : 'Record WAV';
    $('record').setAttribute('aria-pressed', String(Boolean(recorder)));
  } catch (error) {
    say(error.message);
  }
});

stayOnDrop(() => say('Drop it onto a corner of the pad.'));
