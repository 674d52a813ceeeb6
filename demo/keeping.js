// What was made on a page is there after a reload, until it is to be forgotten. It can be sent as a link where it fits into one.
import { applyTouched, elementsReady } from './shared.js';

/** A link that is longer is cut off by some of those who carry it, letters. */
const LONGEST_LINK = 8000;
/** It is kept when the changes pause so long, ms; at once, when the page goes. */
const PAUSE = 300;
const IN_ADDRESS = /[#&]page=([\w-]+)/;

const $ = (id) => document.getElementById(id);

/** Does what a browser may refuse: it keeps nothing then. */
function guarded(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}

async function through(stream, bytes) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

async function pack(state) {
  const bytes = await through(new CompressionStream('deflate-raw'), JSON.stringify(state));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

async function unpack(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(await through(new DecompressionStream('deflate-raw'), bytes)));
}

/**
 * Keeps the state of a page in this browser. The page's buttons `afresh` and `link` forget it and send it.
 * @param state gives it, as JSON, when it is kept
 */
export function keeper(name, state) {
  let timer;
  let dirty = false;
  let begun = false;
  let begin;
  const beginning = new Promise((resolve) => (begin = resolve));
  let over = false;
  const say = (...content) => $('kept')?.replaceChildren(...content);
  function flush() {
    clearTimeout(timer);
    if (!dirty || !begun || over) return;
    dirty = false;
    try {
      localStorage.setItem(name, JSON.stringify(state()));
    } catch (error) {
      // Nobody who forbids it has to be told.
      if (error.name === 'QuotaExceededError') say('This browser has no room to keep all of this: save it.');
    }
  }
  function touched() {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(flush, PAUSE);
  }
  addEventListener('pagehide', flush);
  document.addEventListener('visibilitychange', () => document.hidden && flush());

  /** The page is opened anew, with this in the place of what is there; undefined: as it was made. */
  function open(kept) {
    over = true;
    guarded(() => (kept === undefined ? localStorage.removeItem(name) : localStorage.setItem(name, kept)));
    location.replace(location.pathname);
  }
  // What is forgotten can be had back, as long as the page stays open.
  const forgotten = `${name}-forgotten`;
  $('afresh')?.addEventListener('click', () => {
    guarded(() => sessionStorage.setItem(forgotten, JSON.stringify(state())));
    open(undefined);
  });
  function offerForgotten() {
    const before = guarded(() => sessionStorage.getItem(forgotten));
    if (typeof before !== 'string') return;
    guarded(() => sessionStorage.removeItem(forgotten));
    const back = Object.assign(document.createElement('button'), {
      type: 'button',
      textContent: 'Bring it back',
    });
    back.addEventListener('click', () => open(before));
    say('All is as it was at first. ', back);
  }
  $('link')?.addEventListener('click', async () => {
    // What was there is a part of it.
    await beginning;
    const packed = await pack(state());
    if (packed.length > LONGEST_LINK)
      return say('There is too much here for a link: save it, and send the file.');
    const address = `${location.href.split('#')[0]}#page=${packed}`;
    guarded(() => history.replaceState(history.state, '', address));
    const copied = await navigator.clipboard?.writeText(address).then(
      () => true,
      () => false,
    );
    return say(copied ? 'The link is copied' : 'The link is in the address of this page');
  });

  return {
    /** @returns what the address has, else what was kept; undefined where there is nothing that can be read */
    async read() {
      const [, packed] = IN_ADDRESS.exec(location.hash) ?? [];
      const sent = packed && (await unpack(packed).catch(() => undefined));
      return sent ?? guarded(() => JSON.parse(localStorage.getItem(name)) ?? undefined);
    },
    /** From now on there is something to keep: what was there is there again, and what was set meanwhile has its effect. */
    begin() {
      begun = true;
      begin();
      offerForgotten();
      applyTouched();
    },
    /** Something may have changed. */
    touched,
    /** Something changed: the address says no more what is here, and would be opened by a reload. */
    changed() {
      if (!begun) return;
      if (/[#&](page|patch)=/.test(location.hash))
        guarded(() => history.replaceState(history.state, '', location.href.split('#')[0]));
      touched();
    },
  };
}

const attributesOf = (element) =>
  Object.fromEntries(Array.from(element.attributes, ({ name, value }) => [name, value]));

/** Music as the elements have it: a writer, the corners of a morph, what was heard. */
const MUSIC = ['sketch', 'keptBars', 'takes', 'pieces'];

/** An element with a network, as it stands here: what is set at it from now on is in its attributes. */
function watch(element) {
  const first = attributesOf(element);
  // The sounds of an instrument have all that is set, but what computes them.
  const isInstrument = 'restore' in element;
  const hears = 'transcribe' in element;
  const isKept = (name) =>
    isInstrument ? name === 'backend' : !['class', 'style', 'id', 'slot'].includes(name);
  return {
    state() {
      const now = attributesOf(element);
      const set = Object.keys({ ...first, ...now })
        .filter((name) => isKept(name) && first[name] !== now[name])
        .map((name) => [name, now[name] ?? null]);
      const music = MUSIC.filter((name) => name in element).map((name) => [name, element[name]]);
      return {
        set: Object.fromEntries(set),
        ...(isInstrument ? { patch: element.patch } : { music: Object.fromEntries(music) }),
        ...(hears && element.notes.length > 0 && { heard: element.sequence }),
      };
    },
    async restore({ set, patch, music, heard }) {
      for (const [name, value] of Object.entries(set ?? {})) {
        if (value === null) element.removeAttribute(name);
        else element.setAttribute(name, value);
      }
      await element.updateComplete;
      // The sound of the address goes before the one that was kept.
      if (patch && !(element.linked && location.hash.includes('patch='))) await element.restore(patch);
      Object.assign(element, music);
      if (heard) element.sequence = heard;
    },
  };
}

/**
 * Keeps all that is set and made at the elements of the page, and what the page itself has.
 * @param own gives the page's own state @param restore takes it back, before the elements have theirs
 * @returns resolves when all is as it was
 */
export async function keepPage(name, { own = () => ({}), restore = () => {} } = {}) {
  const watched = new Map();
  const kept = keeper(name, () => ({
    own: own(),
    elements: Object.fromEntries(Array.from(watched, ([key, element]) => [key, element.state()])),
  }));
  for (const type of ['setting-change', 'morph-change', 'sequence-change', 'input', 'change'])
    document.addEventListener(type, () => kept.changed());
  for (const type of ['click', 'keyup']) document.addEventListener(type, () => kept.touched());
  const [before] = await Promise.all([kept.read(), elementsReady]);
  for (const element of document.querySelectorAll('*')) {
    if (!element.localName.includes('-') || !('checkpoint' in element)) continue;
    await element.updateComplete;
    watched.set(element.id || element.localName, watch(element));
  }
  if (before) {
    guarded(() => restore(before.own ?? {}));
    // What cannot be read any more is as if it had not been kept.
    const again = Object.entries(before.elements ?? {}).map(([key, state]) =>
      watched.get(key)?.restore(state),
    );
    await Promise.allSettled(again);
  }
  kept.begin();
}
