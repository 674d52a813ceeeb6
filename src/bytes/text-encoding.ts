/** Bytes of a text file as text, whatever wrote it. */

const DECLARED = /^<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']/;

/** UTF-8 and UTF-16 by their byte order marks, what XML declares, else UTF-8, or Latin 1 where it is none. */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const label = DECLARED.exec(head)?.[1];
  try {
    return new TextDecoder(label ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
