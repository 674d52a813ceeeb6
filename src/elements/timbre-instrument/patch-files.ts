/** Patches among files that the player dropped or chose. */

/** A patch is some kilobytes; of a larger file nothing is read. */
const MAX_PATCH_BYTES = 1e6;

/** Reads the content of `files`, if that is one JSON file which says that it is a patch; else undefined: a checkpoint, perhaps. */
export async function patchAmong(files: readonly File[]): Promise<unknown> {
  const [file] = files;
  if (files.length !== 1 || !file.name.endsWith('.json') || file.size > MAX_PATCH_BYTES) return undefined;
  try {
    const content: unknown = JSON.parse(await file.text());
    return isPatch(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

const isPatch = (content: unknown) =>
  typeof content === 'object' &&
  content !== null &&
  String((content as { format?: unknown }).format).startsWith('timbrel-patch');
