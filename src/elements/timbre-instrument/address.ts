/** A patch in the address of the page, `#patch=...`: who opens the address hears the sound. */

const PATCH = /[#&]patch=([\w-]+)/;

/** Puts a patch into the address of the page, without a step in its history. @returns the whole address */
export function writeAddress(patch: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(patch));
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const text = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const address = `${location.href.split('#')[0]}#patch=${text}`;
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
