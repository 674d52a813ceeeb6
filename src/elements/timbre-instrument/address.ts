/** A patch in the address of the page, `#patch=...`: who opens the address hears the sound. */

const PATCH = /[#&]patch=([\w-]+)/;
/** A name that somebody else wrote has so many letters at most. */
const LONGEST_NAME = 80;
const NAME = /[#&]name=([^&]+)/;

/** Puts a patch and the name that it has here into the address of the page, without a step in its history. @returns the whole address */
export function writeAddress(patch: unknown, name?: string): string {
  const bytes = new TextEncoder().encode(JSON.stringify(patch));
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const text = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const address = `${location.href.split('#')[0]}#patch=${text}${name ? `&name=${encodeURIComponent(name)}` : ''}`;
  try {
    history.replaceState(history.state, '', address);
  } catch {
    // A page without an origin of its own has an address that stays as it is; the link is good all the same.
  }
  return address;
}

/** @returns the patch in the address of the page, undefined where there is none; what cannot be read as the text that it is */
export function readAddress(hash = location.hash): unknown {
  const text = PATCH.exec(hash)?.[1];
  if (text === undefined) return undefined;
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return JSON.parse(
      new TextDecoder().decode(Uint8Array.from(binary, (letter) => letter.charCodeAt(0))),
    ) as unknown;
  } catch {
    return text;
  }
}

/** @returns the name that the patch of the address had where it was sent */
export function readName(hash = location.hash): string | undefined {
  const text = NAME.exec(hash)?.[1];
  try {
    return text && decodeURIComponent(text).trim().slice(0, LONGEST_NAME);
  } catch {
    return undefined;
  }
}
