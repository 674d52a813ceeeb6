import { readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './install.mjs';

/** Files below `folders` whose name ends in `suffix`, sorted, relative to the root of the repository; none of packages. */
export function globSync(folders, suffix) {
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true }).map((file) => path.join(folder, file)),
    )
    .filter((file) => file.endsWith(suffix) && !file.split(path.sep).includes('node_modules'))
    .sort();
}
