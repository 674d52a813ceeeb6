/** Bits of Firefox's own: 2 for fine, 4 for hover. */
const FINE_AND_HOVERING = 6;

/**
 * The launch options for the Firefox that TIMBREL_FIREFOX names, a released one: it is spoken to by WebDriver BiDi. What it plays goes
 * to the sound server TIMBREL_PULSE_SERVER, or to the system's where there is none.
 * @param {import('./firefox.mjs').FirefoxOptions} options
 * @returns {import('playwright-core').LaunchOptions}
 */
export function firefoxOptions({ autoplay = false, soundServer = process.env.TIMBREL_PULSE_SERVER } = {}) {
  return {
    channel: 'moz-firefox',
    executablePath: process.env.TIMBREL_FIREFOX,
    headless: true,
    firefoxUserPrefs: {
      // Without a window it has no pointer, which pages would take for a phone; and nobody watches animations.
      'ui.primaryPointerCapabilities': FINE_AND_HOVERING,
      'ui.allPointerCapabilities': FINE_AND_HOVERING,
      'ui.prefersReducedMotion': 1,
      ...(autoplay && { 'media.autoplay.default': 0, 'media.autoplay.blocking_policy': 0 }),
    },
    env: { ...process.env, ...(soundServer && { PULSE_SERVER: soundServer }) },
  };
}
