import type { LaunchOptions } from 'playwright-core';

export interface FirefoxOptions {
  /** Sound needs no gesture. */
  readonly autoplay?: boolean;
  /** PULSE_SERVER of the browser. Default: that of the tests. */
  readonly soundServer?: string;
}

export function firefoxOptions(options?: FirefoxOptions): LaunchOptions;
