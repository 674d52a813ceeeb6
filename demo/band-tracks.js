// All tracks under one ruler: one length, one part that is seen, one playhead.
import { quarters } from './band-music.js';

/**
 * @param lanes with `element`
 * @param options.tempo gives quarters a minute of the band
 * @param options.seek is told where a person points, in quarters
 */
export function createTracks(lanes, { tempo, seek }) {
  const tracks = document.querySelector('.tracks');
  const ruler = document.getElementById('ruler');
  const line = tracks.querySelector('.playhead');
  /** Quarters of all, and those that are seen. */
  let total = 0;
  let view = { start: 0, span: 0 };
  let position = 0;

  const rulerRate = () => tempo() / 60;
  const rateOf = (roll) => {
    const lane = lanes.find(({ element }) => element.shadowRoot?.contains(roll));
    return lane ? quarters(lane.element) : rulerRate();
  };

  function show(from) {
    const { start, span } = view;
    if (from !== ruler) void ruler.showView?.(start / rulerRate(), span / rulerRate());
    for (const { element } of lanes)
      if (!element.shadowRoot?.contains(from))
        element.showView(start / quarters(element), span / quarters(element));
    showLine();
  }

  function showLine() {
    const at = (position - view.start) / view.span;
    line.hidden = !(at >= 0 && at <= 1);
    line.style.setProperty('--at', String(at));
  }

  tracks.addEventListener('roll-view', (event) => {
    const [roll] = event.composedPath();
    const rate = rateOf(roll);
    view = { start: event.start * rate, span: event.span * rate };
    show(roll);
  });
  ruler.addEventListener('roll-seek', (event) => seek(event.position * rulerRate()));

  return {
    /** Takes up what the lanes hold. @param least quarters that there is room for at least */
    arrange(least) {
      const ends = lanes.map(({ element }) => element.duration * quarters(element));
      const longest = Math.max(least, ...ends);
      for (const { element } of lanes) element.room = longest / quarters(element);
      ruler.seconds = longest / rulerRate();
      ruler.bar = 4 / rulerRate();
      const [melody] = lanes;
      ruler.marks = (melody.element.sequence?.textAnnotations ?? []).map(({ time = 0, text }) => ({
        time: (time * quarters(melody.element)) / rulerRate(),
        text,
      }));
      const whole = view.span >= total - 1e-6;
      if (longest !== total) {
        total = longest;
        if (whole) view = { start: 0, span: total };
      }
      requestAnimationFrame(() => show());
    },
    /** @param quarter where the music is */
    showPosition(quarter) {
      position = quarter;
      ruler.playhead = quarter / rulerRate();
      for (const { element } of lanes)
        if (!element.playing) element.showPosition(quarter / quarters(element));
      showLine();
    },
  };
}
