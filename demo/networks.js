// Networks that can be named, and what of them this browser keeps: fetched when they are chosen, removed when the player says so.
import { catalogue, clearCheckpoints, listCheckpoints } from './dist/timbrel.js';

const synth = document.querySelector('#synth');
const list = document.querySelector('#networks');
const message = document.querySelector('#networks-message');

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

function button(text, id, act) {
  const made = document.createElement('button');
  Object.assign(made, { type: 'button', textContent: text, onclick: act });
  made.setAttribute('aria-label', `${text} ${id}`);
  return made;
}

function row({ id, note, bytes }, kept, isPlaying) {
  const item = document.createElement('li');
  const name = Object.assign(document.createElement('b'), { textContent: id });
  const facts = Object.assign(document.createElement('span'), {
    textContent: `${megabytes(kept?.bytes ?? bytes)}${kept ? (kept.whole ? ', kept in this browser' : ', a part of it kept') : ''}. ${note}`,
  });
  item.append(name, facts);
  if (isPlaying !== undefined) {
    const play = button(isPlaying ? 'Playing' : 'Play', id, () => (synth.checkpoint = id));
    play.disabled = isPlaying;
    item.append(play);
  }
  if (kept) {
    const remove = async () => {
      const said = await clearCheckpoints(id).then(
        () => `${id} was removed`,
        (error) => error.message,
      );
      await show();
      message.textContent = said;
    };
    item.append(button('Remove', id, remove));
  }
  return item;
}

async function show() {
  const stored = await listCheckpoints().catch(() => []);
  const keptOf = (id) => stored.find((one) => one.id === id);
  const own = catalogue.filter(({ model, bytes }) => model === 'GANSynth' && bytes !== undefined);
  const others = stored.filter(({ id }) => !own.some((one) => one.id === id));
  const playing = synth.checkpoint || own[0].id;
  list.replaceChildren(
    ...own.map((one) => row(one, keptOf(one.id), one.id === playing)),
    ...others.map((kept) =>
      row({ id: kept.id, note: kept.notes ? `${kept.notes} decoded notes` : '', bytes: kept.bytes }, kept),
    ),
  );
}

// Only those who look want a worker to look into the storage.
const panel = document.querySelector('#networks-panel');
panel.addEventListener('toggle', () => panel.open && show());
if (panel.open) void show();
for (const type of ['instrument-load', 'instrument-failure']) {
  synth.addEventListener(type, () => {
    if (panel.open) void show();
  });
}
