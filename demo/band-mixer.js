// Mute, solo and level of each lane: a gain of its own on the way to where the sound comes together.

/** The slider stands here for a gain of 1. */
const UNITY = 80;

/**
 * @param lanes with `name` and `element`; each gets `muted`, `solo` and `level`
 * @param changed is called when a person changed something
 */
export function createMixer(lanes, changed) {
  const gains = new Map();
  const gainOf = ({ muted, solo, level }) =>
    muted || (lanes.some((lane) => lane.solo) && !solo) ? 0 : (level / UNITY) ** 2;

  function show() {
    for (const lane of lanes) {
      const { mute, solo, level } = lane.controls;
      mute.setAttribute('aria-pressed', String(lane.muted));
      solo.setAttribute('aria-pressed', String(lane.solo));
      level.value = String(lane.level);
      lane.element.classList.toggle('silent', gainOf(lane) === 0);
      const gain = gains.get(lane);
      gain?.gain.setTargetAtTime(gainOf(lane), gain.context.currentTime, 0.01);
    }
  }

  function add(lane) {
    const { element, name } = lane;
    Object.assign(lane, { muted: false, solo: false, level: UNITY });
    const mix = document.getElementById('mix').content.cloneNode(true);
    const [mute, solo, level] = ['.mute', '.solo', '.level'].map((part) => mix.querySelector(part));
    lane.controls = { mute, solo, level };
    mute.setAttribute('aria-label', `Mute ${name}`);
    solo.setAttribute('aria-label', `Solo ${name}`);
    level.setAttribute('aria-label', `Level of ${name}`);
    const press = (property) => () => {
      lane[property] = !lane[property];
      show();
      changed();
    };
    mute.addEventListener('click', press('muted'));
    solo.addEventListener('click', press('solo'));
    level.addEventListener('input', () => {
      lane.level = Number(level.value);
      show();
      changed();
    });
    element.append(mix);
  }

  for (const lane of lanes) add(lane);
  return {
    add,
    show,
    gainOf,
    /** A lane plays into this node, which goes to `output`. */
    connect(lane, output) {
      const gain = new GainNode(output.context, { gain: gainOf(lane) });
      gain.connect(output);
      gains.set(lane, gain);
      return gain;
    },
    state: () => lanes.map(({ name, muted, solo, level }) => ({ name, muted, solo, level })),
    restore(states = []) {
      for (const { name, ...state } of states)
        Object.assign(lanes.find((lane) => lane.name === name) ?? {}, state);
      show();
    },
  };
}
