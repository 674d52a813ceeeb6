// One pad for two models: sideways the tune, up and down the beat. One player plays both, in quarters, so that neither waits for
// the other. All the rest are the elements.
import { SequencePlayer } from './dist/timbrel.js';

const $ = (id) => document.getElementById(id);
const pad = $('pad');
const lanes = [$('tune'), $('beat')];
const [tune, beat] = lanes;
const say = (text) => ($('message').textContent = text);

const context = new AudioContext();
for (const element of [$('lead'), beat]) element.context = context;

const player = new SequencePlayer(context, ({ program }) => lanes[program].target);

/** Quarters in a second of a lane's piece. */
const quarters = ({ sequence }) => (sequence.tempos?.[0]?.qpm ?? 120) / 60;

function arrange() {
  player.notes = lanes.flatMap((element, program) =>
    element.notes.map((note) => ({
      ...note,
      program,
      startTime: note.startTime * quarters(element),
      endTime: note.endTime * quarters(element),
    })),
  );
  player.tempo = Number($('tempo').value) / 60;
  player.loop = [0, Math.max(...lanes.map((element) => element.duration * quarters(element)))];
}

function follow() {
  for (const element of lanes) element.showPosition(player.position / quarters(element));
  if (player.playing) requestAnimationFrame(follow);
}

function move() {
  tune.x = pad.x;
  beat.x = pad.y;
}

/** What `work` rejects with is said; the elements say their own failures too. */
const trying = (work) => async (event) => {
  try {
    await work(event);
  } catch (error) {
    if (error.code !== 'ABORTED') say(error.message);
  }
};

pad.addEventListener('morph-input', move);
pad.addEventListener('morph-change', move);
for (const element of lanes) element.addEventListener('sequence-change', arrange);

$('tempo').addEventListener('input', () => {
  $('bpm').textContent = `${$('tempo').value} bpm`;
  for (const element of lanes) element.tempo = Number($('tempo').value);
  arrange();
});

$('play').addEventListener(
  'click',
  trying(async () => {
    if (player.playing) return player.stop();
    // In the click itself: browsers start sound in a gesture only.
    await Promise.all(lanes.map((element) => element.ready()));
    arrange();
    player.play({ from: player.position, at: context.currentTime + 0.1 });
    follow();
  }),
);
for (const type of ['play', 'stop', 'end'])
  player.addEventListener(type, () => ($('play').textContent = player.playing ? 'Stop' : 'Play'));

$('draw').addEventListener(
  'click',
  trying(async () => {
    for (const element of lanes) for (const corner of [0, 1]) await element.drawCorner(corner);
  }),
);

$('save').addEventListener(
  'click',
  trying(async () => {
    const link = document.createElement('a');
    const both = await Promise.all(lanes.map((element) => element.midi()));
    for (const [lane, file] of both.entries()) {
      link.href = URL.createObjectURL(file);
      link.download = `${lanes[lane].id}.mid`;
      link.click();
      setTimeout(URL.revokeObjectURL, 1000, link.href);
    }
  }),
);

// The elements come after the page, and their models after them.
void trying(async () => {
  await Promise.all(
    ['music-vae', 'gansynth-instrument', 'morph-pad'].map((name) => customElements.whenDefined(name)),
  );
  await Promise.all(lanes.map((element) => element.load()));
  for (const element of lanes) element.tempo = Number($('tempo').value);
  move();
  arrange();
  for (const id of ['play', 'draw', 'save']) $(id).disabled = false;
  say('');
})();
