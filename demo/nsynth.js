// Sounds to try. That sounds can be dropped, recorded, played, saved and opened again is the element's doing.
import { EXAMPLES } from './examples.js';
import { stayOnDrop } from './shared.js';

const synth = document.getElementById('synth');
const say = (text) => (document.getElementById('message').textContent = text);

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

stayOnDrop(() => say('Drop it onto the instrument.'));
