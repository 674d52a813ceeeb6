/** Packed MusicXML (.mxl): a zip whose META-INF/container.xml names the score. */
import { crc32 } from '../../bytes/crc.js';
import { inflated } from '../../bytes/inflated.js';
import {
  LOCAL_SIZE,
  MAX_TAIL,
  findDirectory,
  readDirectory,
  readLocalHeader,
  type ZipEntry,
} from '../../bytes/zip-directory.js';
import { childOf, childrenOf, invalidXML, parseXML } from './xml.js';

type Bytes = Uint8Array<ArrayBuffer>;

const CONTAINER = 'META-INF/container.xml';
/** Bytes of a score, at most: an opera has some thirty millions. */
const LARGEST = 2 ** 28;

export const isZip = ([a, b, c, d]: Uint8Array) => a === 0x50 && b === 0x4b && c === 3 && d === 4;

const malformed = (_where: string, what: string, cause?: unknown) =>
  invalidXML(`as a packed score (.mxl) ${what}`, cause);

async function readMember(archive: Bytes, entry: ZipEntry): Promise<Bytes> {
  const { name, offset, compressed, method, size, crc, flags } = entry;
  const fail = (what: string) => malformed('', `its ${name} ${what}`);
  if (flags & 1) throw fail('is encrypted');
  if (size > LARGEST) throw fail(`would have ${size} bytes`);
  const header = readLocalHeader(archive.subarray(offset, offset + LOCAL_SIZE));
  if (!header) throw fail('is not there');
  const start = offset + LOCAL_SIZE + header.nameLength + header.extraLength;
  const stored = archive.subarray(start, start + compressed);
  if (stored.length !== compressed || (method !== 0 && method !== 8)) throw fail('cannot be unpacked');
  const bytes =
    method === 0 ? stored : await inflated(stored, size, name, (_, what) => fail(`is damaged: ${what}`));
  if (bytes.length !== size || crc32(bytes) !== crc) throw fail('is damaged: its checksum is another');
  return bytes;
}

/**
 * The score in a packed file.
 * @throws MUSIC_XML_INVALID
 */
export async function unpackMXL(archive: Bytes): Promise<Bytes> {
  const directory = findDirectory(archive.subarray(Math.max(0, archive.length - MAX_TAIL)));
  if (!directory || directory === 'zip64') throw malformed('', 'it has no directory of its files at its end');
  const listed = archive.subarray(directory.start, directory.start + directory.length);
  const entries = readDirectory(listed, directory.count, '', malformed);
  const find = (name: string) => entries.find((entry) => entry.name === name);
  const container = find(CONTAINER);
  const named = container && (await rootFileOf(await readMember(archive, container)));
  const score = named ? find(named) : entries.find(({ name }) => /^[^/]+\.(xml|musicxml)$/i.test(name));
  if (!score) throw malformed('', `it holds no score${named ? ` ${named}, which it names` : ''}`);
  return readMember(archive, score);
}

async function rootFileOf(bytes: Bytes): Promise<string | undefined> {
  const root = await parseXML(new TextDecoder().decode(bytes));
  const files = childOf(root, 'rootfiles');
  return files && childrenOf(files, 'rootfile')[0]?.attributes['full-path'];
}
