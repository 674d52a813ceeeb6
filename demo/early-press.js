// Runs before the page is drawn: a press of a button that does nothing yet is remembered, shown, and done when it does. Such buttons are
// inert, so that browsers tell of no press of theirs: they are found by their place.
addEventListener(
  'pointerup',
  ({ clientX: x, clientY: y }) => {
    for (const button of document.querySelectorAll('[inert] button')) {
      const { left, right, top, bottom } = button.getBoundingClientRect();
      if (x < left || x > right || y < top || y > bottom) continue;
      document.querySelector('[inert] button[aria-busy]')?.removeAttribute('aria-busy');
      button.setAttribute('aria-busy', 'true');
    }
  },
  { capture: true },
);
