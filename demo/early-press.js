// Runs before the page is drawn. What is pressed before the page's script is there is shown to wait, and is done when it can be; what is
// set meanwhile stays set. shared.js goes on from here.
{
  const INSTRUMENT = 'gansynth-instrument, nsynth-instrument';
  const page = document.documentElement;
  /** Ends the listening for presses, for settings, for keys. */
  const [buttons, fields, keys] = [1, 2, 3].map(() => new AbortController());
  const early = {
    pressed: new Set(),
    set: new Set(),
    /** The place on an instrument that was pressed, and the letter that plays it. */
    tapped: undefined,
    letter: undefined,
    ...{ buttons, fields, keys },
  };
  globalThis.earlyPress = early;
  page.dataset.waits = '';

  const listen = (type, until, act) =>
    addEventListener(type, (event) => event.target instanceof Element && act(event), {
      capture: true,
      signal: until.signal,
    });

  listen('click', buttons, ({ target }) => {
    // What unfolds by itself has.
    const button = target.closest('button:not([popovertarget])');
    button?.setAttribute('aria-busy', 'true');
    if (button) early.pressed.add(button);
  });
  for (const type of ['input', 'change'])
    listen(type, fields, ({ target }) => target.matches('input, select') && early.set.add(target));

  listen('pointerdown', keys, ({ target, clientX: x, clientY: y }) => {
    const instrument = target.closest(INSTRUMENT);
    if (!instrument || instrument.matches(':defined')) return;
    early.tapped = { instrument, x, y };
    instrument.setAttribute('aria-busy', 'true');
  });
  listen('keydown', keys, ({ target, code, ctrlKey, metaKey, altKey }) => {
    if (!/^Key[A-Z]$/.test(code) || ctrlKey || metaKey || altKey || target.matches('input, select')) return;
    early.letter = { code, held: true };
  });
  listen('keyup', keys, ({ code }) => {
    if (code === early.letter?.code) early.letter.held = false;
  });
}
