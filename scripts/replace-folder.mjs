import { mkdirSync, renameSync, rmSync } from 'node:fs';

/**
 * Makes a folder anew while others read the old one: `fill` gets an empty folder beside it, which then takes its place. When
 * `fill` throws, the old one stays.
 */
export function replaceFolder(folder, fill) {
  const [fresh, old] = [`${folder}.new`, `${folder}.old`];
  for (const left of [fresh, old]) rmSync(left, { recursive: true, force: true });
  mkdirSync(fresh);
  try {
    fill(fresh);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
  try {
    renameSync(folder, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  renameSync(fresh, folder);
  rmSync(old, { recursive: true, force: true });
}
