/** Makes the error of a file that is not what its place or its beginning says: each reader has a code of its own. */
export type Malformed = (where: string, what: string, cause?: unknown) => Error;
