/**
 * Addresses of files: URLs, whose query goes with every file of a folder and whose names are encoded, and paths in Node. A scheme has
 * two letters at least: `C:` is a drive.
 */

export const isURL = (address: string) => /^[a-z][a-z0-9+.-]+:/i.test(address);

/** A `file:` URL counts as a path. */
export const isRemote = (address: string) => isURL(address) && !address.startsWith('file:');

/** Applies `change` to the path of an address. A URL keeps its query and fragment: hosts give access by them. */
export function changePath(address: string, change: (path: string) => string): string {
  const end = isURL(address) ? address.search(/[?#]/) : -1;
  return end < 0 ? change(address) : change(address.slice(0, end)) + address.slice(end);
}

export const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** The part of a path up to its last '/', which it keeps. */
export const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);

/** The address of `name`, which may have '/' in it, below `folder`, whose path ends in '/'. */
export function inFolder(folder: string, name: string): string {
  // Of the working directory: `group1:shard1` alone would be an address.
  if (folder === '' && isURL(name)) return `./${name}`;
  if (!isURL(folder)) return folder + name;
  return changePath(folder, (path) => path + name.split('/').map(encodeURIComponent).join('/'));
}

/** The name of the file at an address, as its folder has it. */
export function fileName(address: string): string {
  let path = '';
  changePath(address, (own) => (path = own));
  const name = baseName(path);
  if (!isURL(address)) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
