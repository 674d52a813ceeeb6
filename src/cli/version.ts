/** The version of the package: package.json lies above dist/ and above src/cli/. */
import { readFileSync } from 'node:fs';

export function packageVersion(): string {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'));
      if (name === 'timbrel') return version;
    } catch {
      // The next place.
    }
  }
  return 'unknown';
}
