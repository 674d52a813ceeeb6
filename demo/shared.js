// What the pages of the demo share: the elements are on their way, the sound begins with a gesture, files do not lead away from the
// page.

const tags = new Set([...document.querySelectorAll('*')].map(({ localName }) => localName));

/** Resolves when every element of the page can be used. Buttons are there before: what they do waits for it. */
export const elementsReady = Promise.all(
  [...tags].filter((tag) => tag.includes('-')).map((tag) => customElements.whenDefined(tag)),
);

/** Pages for files that were dropped where they are of no use. */
const USES = [
  ['sound', 'nsynth', 'Play any sound'],
  ['midi', 'index', 'One instrument'],
  ['patch', 'index', 'One instrument'],
];

// They stand in what an element says of such a file.
void elementsReady.then(() => {
  for (const element of document.querySelectorAll('*')) {
    if (!element.localName.includes('-') || !('checkpoint' in element)) continue;
    for (const [kind, page, textContent] of USES) {
      const link = Object.assign(document.createElement('a'), { href: `./${page}.html`, textContent });
      link.slot = `for-${kind}`;
      element.append(link);
    }
  }
});

/**
 * One clock for all that plays on a page. It is made with the first gesture, before anything hears of that: a page that is only
 * looked at asks for no sound output, which would keep it busy for a while.
 * @param use is called once, with the context
 * @returns gives the context, in a gesture
 */
export function contextAtFirstGesture(use) {
  let context;
  const make = () => {
    if (!context) use((context = new AudioContext()));
    return context;
  };
  for (const type of ['pointerdown', 'keydown']) addEventListener(type, make, { capture: true, once: true });
  // Chromium asks the system now, and is not waited for at the press.
  addEventListener('pointerover', () => void new Audio().setSinkId?.('default').catch(() => {}), {
    once: true,
  });
  return make;
}

/** Files that are dropped beside an element would make the browser leave the page. @param beside says so in `#message`, until one is taken */
export function stayOnDrop(beside = () => {}) {
  const message = document.getElementById('message');
  let said;
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', (event) => {
    const taken = event.defaultPrevented;
    event.preventDefault();
    if (!event.dataTransfer?.types.includes('Files')) return;
    if (!taken) {
      beside();
      said = message?.textContent;
    } else if (said && message.textContent === said) message.textContent = '';
  });
}

export function download(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const early = globalThis.earlyPress;

/** Call it when the page's buttons do something: those that were pressed before are pressed now, and so are keys when they are there. */
export function buttonsWork() {
  early.buttons.abort();
  delete document.documentElement.dataset.waits;
  for (const button of early.pressed) {
    button.removeAttribute('aria-busy');
    button.click();
  }
  void playEarly();
}

/** Sets a field to what was kept, unless somebody has set it meanwhile. */
export function setUnlessTouched(field, value) {
  if (!isTouched(field)) field.value = value;
}

/** Tells whether somebody has set a field of this page before it had what was kept. */
export const isTouched = (field) => early.set.has(field);

/** Call it when the page has what was kept: fields that were set meanwhile have an effect from now on. */
export function applyTouched() {
  early.fields.abort();
  for (const field of early.set)
    for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, { bubbles: true }));
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** Resolves when the keys of an instrument are there. */
async function hasKeys(instrument) {
  for (const tag of [instrument.localName, 'piano-keyboard']) await customElements.whenDefined(tag);
  const keyboard = () => instrument.shadowRoot.querySelector('piano-keyboard');
  while (!keyboard()) await nextFrame();
  await keyboard().updateComplete;
}

function atPoint(x, y) {
  let found = null;
  for (let root = document; root; root = found.shadowRoot) {
    const next = root.elementFromPoint(x, y);
    if (!next || next === found) break;
    found = next;
  }
  return found;
}

/** Plays the key that was tapped, or whose letter was pressed, when there were only pictures of keys. */
async function playEarly() {
  const [instrument] = document.querySelectorAll('gansynth-instrument, nsynth-instrument');
  if (!instrument) return;
  await hasKeys(early.tapped?.instrument ?? instrument);
  const { tapped, letter } = early;
  early.keys.abort();
  if (tapped) {
    tapped.instrument.removeAttribute('aria-busy');
    const key = atPoint(tapped.x, tapped.y)?.closest('[data-pitch]');
    if (key) key.click();
    else {
      // The pad, which says "Tap to play".
      tapped.instrument.noteOn(60);
      setTimeout(() => tapped.instrument.noteOff(60), 600);
    }
  } else if (letter) {
    const press = (type) =>
      document.body.dispatchEvent(new KeyboardEvent(type, { code: letter.code, bubbles: true }));
    press('keydown');
    if (!letter.held) setTimeout(() => press('keyup'), 600);
  }
}

/**
 * The space bar presses this button, unless it writes, or is of a control that was reached by Tab: one that was clicked is used up.
 * @param wanted tells whether there is something to press it for
 */
export function spacePlays(button, wanted = () => true) {
  let byTab = false;
  const isOurs = (event) => {
    const [target] = event.composedPath();
    if (event.key !== ' ' || event.defaultPrevented || !(target instanceof Element)) return false;
    if (target.matches('select, textarea, input:not([type=range], [type=checkbox])')) return false;
    return (!byTab || target === document.body) && wanted();
  };
  addEventListener('pointerdown', () => (byTab = false), { capture: true });
  addEventListener(
    'keydown',
    (event) => {
      byTab ||= event.key === 'Tab';
      if (!isOurs(event)) return;
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat) button.click();
    },
    { capture: true },
  );
  // Some browsers press a button when the key is let go.
  addEventListener('keyup', (event) => isOurs(event) && event.preventDefault());
}

/**
 * The space bar stops what plays on the page, and plays again what played last. Songs of an instrument are its own.
 * @param last plays where nothing has played yet, if it has notes
 */
export function spacePlaysLast(last) {
  addEventListener('sequence-play', ({ playing, target }) => {
    if (playing) last = target;
  });
  const press = () => {
    if (last.playing) last.stop();
    else void last.play().catch(() => {});
  };
  spacePlays(
    { click: press },
    () => last?.isConnected && 'playing' in last && (last.playing || last.notes.length > 0),
  );
}

/** A name for a file, of what is in it. */
export const fileName = (words, ending) =>
  `${words
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)}.${ending}`;
