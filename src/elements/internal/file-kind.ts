/** Tells by names and first bytes what dropped files are. Which of them it takes, each element says (see ModelElement.takerOf). */
import { TimbrelError } from '../../errors/timbrel-error.js';

/** 'midi' is all music that is written as notes: MIDI files, and the scores (MusicXML, ABC) that are played like them. */
export type FileKind = 'checkpoint' | 'midi' | 'patch' | 'picture' | 'sound' | 'text';

/** Names of files that only a checkpoint has: one of them, and all that lies beside it is a checkpoint's. */
const CHECKPOINT =
  /(^|\/)(weights_manifest|config|timbres|model)\.json$|\.(index|mag|bin|tar|tgz|gz|zip|ckpt|meta)$|\.data-\d+-of-\d+$/i;
const MIDI = /\.(midi?|kar|smf|rmi|xml|musicxml|mxl|abc)$/i;
const SOUND = /\.(wav|wave|mp3|ogg|oga|opus|flac|m4a|aac|aiff?|weba)$/i;
const PICTURE = /\.(png|jpe?g|gif|webp|svg|avif|bmp)$/i;

const TEXT = /\.(txt|text|md|rtf|pdf|docx?|odt|html?|css|csv|[cm]?[jt]s)$/i;

/** First bytes, for files whose names say nothing. RIFF is also the beginning of a MIDI file in a wrapper, and of a picture. */
const MAGIC: readonly (readonly [pattern: RegExp, kind: FileKind])[] = [
  [/^MThd|^RIFF....RMID|^(\xef\xbb\xbf)?\s*<\?xml|^X:\s?\d|^%abc/s, 'midi'],
  [/^RIFF....WAVE|^OggS|^fLaC|^ID3|^FORM....AIF|^....ftypM4A/s, 'sound'],
  [/^\x89PNG|^\xff\xd8\xff|^GIF8|^RIFF....WEBP/s, 'picture'],
];
const MAGIC_BYTES = 16;

/** @returns what `files`, of which there is at least one, are together */
export async function kindOf(files: readonly File[]): Promise<FileKind> {
  if (files.some(({ name }) => CHECKPOINT.test(name))) return 'checkpoint';
  const kinds = await Promise.all(files.map(kindOfOne));
  // Pictures lie about in folders of anything: they say what it is only where there is nothing else.
  return (
    (['midi', 'sound'] as const).find((kind) => kinds.includes(kind)) ??
    kinds.find((kind) => kind !== 'picture') ??
    'picture'
  );
}

async function kindOfOne(file: File, _at: number, all: readonly File[]): Promise<FileKind> {
  const { name, type } = file;
  if (
    MIDI.test(name) ||
    /^audio\/(x-)?midi?$|^application\/vnd\.recordare\.musicxml|^text\/vnd\.abc$/.test(type)
  )
    return 'midi';
  if (SOUND.test(name) || type.startsWith('audio/')) return 'sound';
  if (PICTURE.test(name) || type.startsWith('image/')) return 'picture';
  // A lone text, or a lone JSON file, is no checkpoint, whose weights would lie beside it; a folder may hold texts, and be meant for one.
  const lone = all.length === 1;
  if (lone && (TEXT.test(name) || type === 'text/plain')) return 'text';
  if (lone && (/\.json$/i.test(name) || type === 'application/json')) return 'patch';
  const first = String.fromCharCode(...new Uint8Array(await file.slice(0, MAGIC_BYTES).arrayBuffer()));
  return MAGIC.find(([pattern]) => pattern.test(first))?.[1] ?? 'checkpoint';
}

/** The words for each kind of files, and for who takes it. */
const TAKERS: Readonly<Record<FileKind, readonly [what: string, who: string]>> = {
  checkpoint: ['a checkpoint, as it seems', 'the element of its model takes it'],
  midi: ['a file of notes', 'instruments play it, and elements that write music go on from it'],
  patch: ['a patch', 'an instrument such as <gansynth-instrument> takes it'],
  picture: ['a picture', 'no element takes pictures'],
  text: ['a text', 'no element takes texts'],
  sound: [
    'a sound',
    '<onsets-frames> finds its notes, <nsynth-instrument> makes timbres of sounds; <gansynth-instrument> plays what its network knows',
  ],
};

/** The failure of files that an element does not take. */
export class UnexpectedFile extends TimbrelError {
  /** The name of the first of them. */
  readonly file: string;

  /** @param tag of the element */
  constructor(
    readonly kind: FileKind,
    [{ name }]: readonly File[],
    tag: string,
  ) {
    const [what, who] = TAKERS[kind];
    super('FILE_UNEXPECTED', `${name} is ${what}, and <${tag}> has no use for it: ${who}`);
    this.file = name;
  }
}
