// Sounds to try. That sounds can be dropped, recorded, played, saved and opened again is the element's doing.
import { EXAMPLES } from './examples.js';
import { keepPage } from './keeping.js';
import { buttonsWork, stayOnDrop } from './shared.js';

const synth = document.getElementById('synth');
const say = (text) => (document.getElementById('message').textContent = text);

/** The corner that the point on the pad is nearest to: what is put there is heard. */
const nearest = () => Number(synth.x >= 0.5) + 2 * Number(synth.y >= 0.5);

for (const button of document.querySelectorAll('[data-example]')) {
  button.addEventListener('click', async () => {
    try {
      const [sound] = await Promise.all([EXAMPLES[button.dataset.example](), restored]);
      await synth.putSound(nearest(), sound, { name: button.textContent.replace(/^A /, '') });
      say('Press a key');
    } catch (error) {
      if (error.code !== 'ABORTED') say(error.message);
    }
  });
}

const restored = keepPage('timbrel-nsynth');
buttonsWork();
stayOnDrop(() => say('Drop it onto the instrument.'));
