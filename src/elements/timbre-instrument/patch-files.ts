/** A patch in a file that the player dropped or chose. */

/** A patch is some kilobytes; of a larger file nothing is read. */
const MAX_PATCH_BYTES = 1e6;

/** @returns the content of a JSON file; of any other what it is: whoever restores it says what a patch would be */
export async function patchIn(file: File): Promise<unknown> {
  if (file.size > MAX_PATCH_BYTES) return file.name;
  const text = await file.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
