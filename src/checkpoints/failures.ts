/** The errors that every format has in common. */
import { TimbrelError } from '../errors/timbrel-error.js';

/** It is not what its place or its beginning says. */
export const malformed = (where: string, what: string, cause?: unknown) =>
  new TimbrelError('CHECKPOINT_FORMAT', `${where}: ${what}. Is it the right file, fetched whole?`, { cause });

/** It ends too early. */
export const truncated = (where: string, what: string) =>
  new TimbrelError(
    'CHECKPOINT_TRUNCATED',
    `${where}: ${what}. A download that broke off? Fetch the file again`,
  );

/** A checksum does not match. */
export const damaged = (where: string, what: string) =>
  new TimbrelError(
    'CHECKPOINT_DAMAGED',
    `${where}: ${what} does not match its checksum. Fetch the file again`,
  );

/** A file that others speak of is not there. */
export const absent = (where: string, why: string, cause?: unknown) =>
  new TimbrelError('CHECKPOINT_MISSING', `${where} is not there: ${why}`, { cause });

/** Neither its beginning nor its end is that of a checkpoint. */
export const unknownFormat = (where: string) =>
  malformed(
    where,
    'it is no checkpoint that is known here (TensorFlow, .mag, magenta.js, or a tar, tgz or zip of one), or its end is missing',
  );
